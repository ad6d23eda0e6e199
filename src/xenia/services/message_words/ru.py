"""What members are told, in Russian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, str]] = {
    "points-expiring-subject": "Скоро заканчивается срок: {units}",
    "points-expiring": "Скоро заканчивается срок: {units}. Последний день использования: {day}.",
    "tier-upgraded-subject": "Новый уровень: {level}",
    "tier-upgraded": "Вы достигли уровня {level}.",
    "tier-downgraded-subject": "Ваш уровень изменился",
    "tier-downgraded": "Теперь ваш уровень: {level}.",
    "tier-lost": "У вас больше нет уровня.",
    "programme-published-subject": "Меняются условия: {programme}",
    "programme-published": "Вступает в силу {day}:",
    "terms-gone": "Больше не действует:",
    "terms-stay": "То, о чём мы объявляли, не вступит в силу: условия остаются прежними.",
    "member-code-subject": "Ваш код",
    "member-code": (
        "Ваш код: {code}. С ним можно один раз использовать максимум {units}, до "
        "{time}. Если вы его не запрашивали, никому его не сообщайте и дайте "
        "нам знать."
    ),
    "member-sign-in-subject": "{code}: ваш код для входа",
    "member-sign-in": (
        "{code} — ваш код для входа. Он действует один раз, до {time}. Или перейдите по "
        "ссылке: {link} Если это были не вы, никому его не сообщайте; ничего не произошло."
    ),
    "member-sign-in-without-link": (
        "{code} — ваш код для входа. Он действует один раз, до {time}. Если это были не вы, "
        "никому его не сообщайте; ничего не произошло."
    ),
    "notifier-test-subject": "Тестовое сообщение",
    "notifier-test": (
        "Это тестовое сообщение Xenia, отправленное способом {notifier} из пространства "
        "{space}. Кто его читает, до того сообщения доходят."
    ),
}
