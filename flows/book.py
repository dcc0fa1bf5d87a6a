"""Every dialogue there is, by its name."""

from __future__ import annotations

from flows.add_photo import add_photo
from flows.answer_late import answer_late
from flows.birthday import birthday
from flows.bye import bye
from flows.call_me import call_me
from flows.campaign_gift import campaign_gift
from flows.campaign_why import campaign_why
from flows.card import card
from flows.card_linked import card_linked
from flows.case_answered import case_answered
from flows.case_closed import case_closed
from flows.case_late import case_late
from flows.case_solved import case_solved
from flows.claim_decided import claim_decided
from flows.complaint import complaint
from flows.cross_sell import cross_sell
from flows.end_pause import end_pause
from flows.expiry_notice import expiry_notice
from flows.fallback import fallback
from flows.feedback import feedback
from flows.greeting import greeting
from flows.help import help as help_
from flows.hours import hours
from flows.interested import interested
from flows.join import join
from flows.keep_data import keep_data
from flows.language import language
from flows.link import link
from flows.menu import menu
from flows.missing_points import missing_points
from flows.my_data import my_data
from flows.news import news
from flows.not_interested import not_interested
from flows.not_me import not_me
from flows.offer_made import offer_made
from flows.offer_unwatch import offer_unwatch
from flows.offer_watch import offer_watch
from flows.pause import pause
from flows.person import person
from flows.personal import personal
from flows.planned import planned
from flows.points import points
from flows.points_earned import points_earned
from flows.praise import praise
from flows.preferences import preferences
from flows.promise_slipped import promise_slipped
from flows.quiet_hours import quiet_hours
from flows.rate_service import rate_service
from flows.recommend import recommend
from flows.redemption_allowed import redemption_allowed
from flows.reopened import reopened
from flows.requests import requests
from flows.rewards import rewards
from flows.rules import rules
from flows.stop import stop
from flows.survey import survey
from flows.survey_invite import survey_invite
from flows.survey_refused import survey_refused
from flows.survey_reminder import survey_reminder
from flows.thanks import thanks
from flows.till_undone import till_undone
from flows.topics import topics
from flows.undo_stop import undo_stop
from flows.urgent import urgent
from flows.voucher_used import voucher_used
from flows.vouchers import vouchers
from flows.welcome import welcome
from talk.engine import Flow

FLOWS: dict[str, Flow] = {
    "add_photo": add_photo,
    "answer_late": answer_late,
    "birthday": birthday,
    "bye": bye,
    "call_me": call_me,
    "campaign_gift": campaign_gift,
    "campaign_why": campaign_why,
    "card": card,
    "card_linked": card_linked,
    "case_answered": case_answered,
    "case_closed": case_closed,
    "case_late": case_late,
    "case_solved": case_solved,
    "claim_decided": claim_decided,
    "complaint": complaint,
    "cross_sell": cross_sell,
    "end_pause": end_pause,
    "expiry_notice": expiry_notice,
    "fallback": fallback,
    "feedback": feedback,
    "greeting": greeting,
    "help": help_,
    "hours": hours,
    "interested": interested,
    "join": join,
    "keep_data": keep_data,
    "language": language,
    "link": link,
    "menu": menu,
    "missing_points": missing_points,
    "my_data": my_data,
    "news": news,
    "not_interested": not_interested,
    "not_me": not_me,
    "offer_made": offer_made,
    "offer_unwatch": offer_unwatch,
    "offer_watch": offer_watch,
    "pause": pause,
    "person": person,
    "personal": personal,
    "planned": planned,
    "points": points,
    "points_earned": points_earned,
    "praise": praise,
    "preferences": preferences,
    "promise_slipped": promise_slipped,
    "quiet_hours": quiet_hours,
    "rate_service": rate_service,
    "recommend": recommend,
    "redemption_allowed": redemption_allowed,
    "reopened": reopened,
    "requests": requests,
    "rewards": rewards,
    "rules": rules,
    "stop": stop,
    "survey": survey,
    "survey_refused": survey_refused,
    "survey_invite": survey_invite,
    "survey_reminder": survey_reminder,
    "thanks": thanks,
    "till_undone": till_undone,
    "topics": topics,
    "undo_stop": undo_stop,
    "urgent": urgent,
    "voucher_used": voucher_used,
    "vouchers": vouchers,
    "welcome": welcome,
}

TOLD = frozenset({"cross_sell", "offer_made", "survey_invite", "survey_reminder"})
"""Flows that are told unasked, with what they tell, as some other kind of message (`outreach.kinds`)."""
