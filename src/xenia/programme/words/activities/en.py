"""How acts, stays, flights and rentals are told in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final


def _any_number(phrase: str) -> tuple[str, str]:
    """Whether one unit is earned or several, which other languages tell apart."""
    return phrase, phrase


PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "event-act": "activity {id}",
    "event-stay": "stay {id}",
    "event-flight": "flight {id}",
    "event-rental": "car rental {id}",
    "on-act": "for each activity",
    "on-stay": "for each stay",
    "on-flight": "for each flight",
    "on-rental": "for each car rental",
    "act-is": "for {values}",
    "act-is-not": "for any activity but {values}",
    "status-is": "if it {values}",
    "status-is-not": "unless it {values}",
    "stay-stayed": "took place",
    "stay-no-show": "was booked but not used",
    "stay-cancelled": "was cancelled",
    "property-is": "at the hotel {values}",
    "property-is-not": "anywhere but at the hotel {values}",
    "earn-of": _any_number("you earn {units} for every {amount} of {noun}"),
    "earn-nights": _any_number("you earn {units} for each night"),
    "earn-rooms": _any_number("you earn {units} for each room"),
    "earn-nights-on-points": _any_number("you earn {units} for each night paid for with points"),
    "earn-distance": _any_number("you earn {units} for each unit of distance that you fly"),
    "earn-days": _any_number("you earn {units} for each day of the rental"),
    "earn-drivers": _any_number("you earn {units} for each driver"),
    "earn-value": _any_number("you earn {units} for each unit that is recorded"),
    "noun-folio": "your hotel bill",
    "noun-folio-eligible": "what counts of your hotel bill",
    "noun-folio-kind": "your hotel bill for {values}",
    "noun-folio-eligible-kind": "what counts of your hotel bill for {values}",
    "noun-fare": "the fare",
    "noun-amount": "the price of the rental",
    "noun-value": "what is recorded",
    "noun-nights": "the number of nights",
    "noun-rooms": "the number of rooms",
    "noun-nights-on-points": "the number of nights paid for with points",
    "noun-distance": "the distance flown",
    "noun-days": "the number of days",
    "noun-drivers": "the number of drivers",
    "noun-place": "the place",
    "noun-category": "the category of the hotel",
    "noun-rate": "the rate",
    "noun-from": "the place of departure",
    "noun-to": "the destination",
    "noun-cabin": "the cabin",
    "noun-booking-class": "the booking class",
    "noun-carrier": "the airline",
    "noun-operated-by": "the airline that flies",
    "noun-coupon": "the ticket",
    "noun-car-class": "the class of the car",
    "noun-office-out": "the office where you take the car",
    "noun-office-in": "the office where you bring the car back",
    "metric-acts": "the number of your activities {window}",
    "metric-stays": "the number of your stays {window}",
    "metric-flights": "the number of your flights {window}",
    "metric-rentals": "the number of your car rentals {window}",
    "metric-value": "what is recorded {window}",
    "metric-nights": "the number of nights that you stay {window}",
    "metric-rooms": "the number of rooms that you use {window}",
    "metric-nights-on-points": "the number of nights that you pay for with points {window}",
    "metric-distance": "the distance that you fly {window}",
    "metric-days": "the number of days for which you rent a car {window}",
    "metric-drivers": "the number of drivers {window}",
    "metric-of": "{noun} {window}",
    "metric-with-this-one": "{noun}, this one included,",
}
