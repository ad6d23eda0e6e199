"""How settings are told in Armenian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "rounded-by-line": "Վաստակածը հաշվվում և կլորացվում է անդորրագրի ամեն տողի համար առանձին",
    "rounded-before-multiplying": "Վաստակածը կլորացվում է մինչև բազմապատկելը",
    "return-inputs-today": (
        "Վերադարձից հետո մնացածը վերահաշվարկվում է Ձեր այդ օրվա մակարդակով և գումարներով"
    ),
    "refund-line-paid": (
        "Վերադարձրածի համար հետ եք ստանում այն, ինչ վճարել եք, նույնիսկ եթե զեղչն այլևս չի հասնում"
    ),
    "used-voucher-deficit": (
        "Եթե վերադարձնում եք գնում, որի համար ստացել եք նվեր քարտ կամ վաուչեր, արդեն "
        "օգտագործածը հանվում է վերադարձվող գումարից"
    ),
    "used-voucher-absorbed": (
        "Եթե վերադարձնում եք գնում, որի համար ստացել եք նվեր քարտ կամ վաուչեր, արդեն "
        "օգտագործածի համար չեք վճարում"
    ),
    "new-terms-all": (
        "Երբ նոր պայմանները փոխում են հավաքածի ժամկետը, դա վերաբերում է նաև արդեն ունեցածին"
    ),
    "entry-renewed": "{units}՝ այլ ժամկետով",
}
