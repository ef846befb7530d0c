"""All raw formats that are read: another is a line here."""

from __future__ import annotations

from collections.abc import Mapping

from bci.sources.arms import sipri_register, sipri_tables
from bci.sources.events import event_list, leader_travel
from bci.sources.format import Format
from bci.sources.trade import baci, comtrade, cow_trade, imf
from bci.sources.votes import roll_calls, un_library, unvotes, voeten, vote_matrix

FORMATS: Mapping[str, Format] = {
    form.name: form
    for form in (
        voeten.FORMAT,
        unvotes.FORMAT,
        un_library.FORMAT,
        vote_matrix.FORMAT,
        roll_calls.FORMAT,
        sipri_tables.FORMAT,
        sipri_register.FORMAT,
        cow_trade.FORMAT,
        imf.FORMAT,
        comtrade.FORMAT,
        baci.FORMAT,
        baci.COUNTRY_CODES,
        event_list.FORMAT,
        leader_travel.FORMAT,
    )
}
