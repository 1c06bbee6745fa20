"""Faults of the ways of confirming by somebody outside the house, each with the test that must see it."""

from __future__ import annotations

from dataclasses import dataclass

FACE, LIVE, SOTER = "test_faceid.py::", "test_livecheck.py::", "test_soter.py::"
OFFLINE, FRESH = "test_offline.py::", "test_fresh.py::"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """``old`` stands once in ``file``; with ``new`` in its place the test of ``tests/bot/proofs`` must be red."""

    what: str
    file: str
    old: str
    new: str
    caught_by: str


FAULTS = (
    Fault(
        what="one board locks everybody",
        file="handlers/offline.py",
        old="    if found.count >= MISSES:",
        new="    if found.count >= 10**6:",
        caught_by=OFFLINE + "test_one_board_locks_a_few_and_never_everybody",
    ),
    Fault(
        what="a second person's PIN is guessed as often as one likes",
        file="handlers/offline.py",
        old="        misses.add(tx)\n        return _wrong(",
        new="        return _wrong(",
        caught_by=OFFLINE + "test_a_second_persons_pin_is_guessed_no_more_often_than_a_signers",
    ),
    Fault(
        what="a screen's number counts as often as one likes",
        file="handlers/fresh.py",
        old="    if mark in used:\n        return False\n",
        new="",
        caught_by=FRESH + "test_a_number_counts_once_for_a_person_and_once_for_each_other",
    ),
    Fault(
        what="one person guesses on and on",
        file="handlers/fresh.py",
        old="if mine.count >= TRIES or theirs.count >= PLACE_TRIES:",
        new="if theirs.count >= PLACE_TRIES:",
        caught_by=FRESH + "test_who_guesses_is_not_looked_at_and_nobody_else_suffers",
    ),
    Fault(
        what="many guess on and on at one place",
        file="handlers/fresh.py",
        old="if mine.count >= TRIES or theirs.count >= PLACE_TRIES:",
        new="if mine.count >= TRIES:",
        caught_by=FRESH + "test_many_who_guess_at_one_place_are_stopped_together",
    ),
    Fault(
        what="the screen's number is kept as the board's code",
        file="handlers/presence.py",
        old="way = CheckInWay.FRESH_CODE if fresh else CheckInWay.BOARD_CODE",
        new="way = CheckInWay.BOARD_CODE",
        caught_by=FRESH + "test_the_number_typed_in_any_chat_shows_that_somebody_saw_the_screen",
    ),
    Fault(
        what="a number counts where no screen shows it",
        file="handlers/fresh.py",
        old="if not tx.load(desk.house.screens, STREAM)[0].shows_number(area, now):",
        new="if tx.load(desk.house.screens, STREAM)[0] is None:",
        caught_by=FRESH + "test_a_screen_that_was_ended_takes_its_number_with_it",
    ),
    Fault(
        what="a number that is over falls back to the board's code",
        file="handlers/presence.py",
        old="if fresh and (found := heard(desk, area.id, fresh)) is not Heard.RIGHT:",
        new="if fresh and (found := heard(desk, area.id, fresh)) is Heard.TOO_OFTEN:",
        caught_by=FRESH + "test_a_scan_of_a_photo_of_the_screen_is_no_scan_of_the_board",
    ),
    Fault(
        what="a copy of the link shows the numbers",
        file="handlers/screens.py",
        old=".number_screen(hash_of(secret), now)",
        new=".live(hash_of(secret), now)",
        caught_by=FRESH + "test_only_a_screen_for_a_place_shows_its_number",
    ),
    Fault(
        what="a result of another run counts",
        file="bot/proofs/faceid.py",
        old="if text.Extra != asked.bound:",
        new="if text.Extra is None:",
        caught_by=FACE + "test_a_result_of_another_run_is_no_proof",
    ),
    Fault(
        what="another face counts",
        file="bot/proofs/faceid.py",
        old="if (text.ErrCode, text.LiveStatus, text.Comparestatus) != (0, 0, 0):",
        new="if text.LiveStatus is None:",
        caught_by=FACE + "test_another_face_a_photo_and_a_poor_likeness_are_no_proof",
    ),
    Fault(
        what="a run of somebody else counts",
        file="bot/proofs/faceid.py",
        old='if ((text.IdCard or "").upper(), text.Name) != (papers.id_number, papers.name):',
        new="if text.Name != papers.name:",
        caught_by=FACE + "test_a_run_of_somebody_else_is_no_proof",
    ),
    Fault(
        what="any likeness will do",
        file="bot/proofs/faceid.py",
        old="if score is None or score < self._access.least:",
        new="if score is None:",
        caught_by=FACE + "test_another_face_a_photo_and_a_poor_likeness_are_no_proof",
    ),
    Fault(
        what="a look of any time counts",
        file="bot/proofs/faceid.py",
        old="if seen_at is None or not asked.begun_at - CLOCKS_APART <= seen_at <= now + CLOCKS_APART:",
        new="if seen_at is None:",
        caught_by=FACE + "test_a_look_outside_of_the_attempt_is_no_proof",
    ),
    Fault(
        what="pictures of faces are asked for",
        file="bot/proofs/faceid.py",
        old='TEXT_ONLY: Final = "1"',
        new='TEXT_ONLY: Final = "0"',
        caught_by=FACE + "test_the_service_is_asked_and_the_permit_says_what_it_is_worth",
    ),
    Fault(
        what="two decisions of a person are open at once",
        file="handlers/confirming.py",
        old="if before is not None and before.link != opened.link.token_hash and now < _over(house, before):",
        new="if before is not None and before.link == opened.link.token_hash and now > _over(house, before):",
        caught_by=FACE + "test_two_decisions_cannot_be_open_at_once",
    ),
    Fault(
        what="what was seen for one decision counts for another",
        file="handlers/confirming.py",
        old="mine = (attempt.link, attempt.way, attempt.said) == (",
        new="mine = (attempt.link, attempt.way, attempt.said) >= () or (",
        caught_by=FACE + "test_two_decisions_cannot_be_open_at_once",
    ),
    Fault(
        what="a link is not used up",
        file="handlers/confirming.py",
        old="    tx.use_link(found.opened.link.token_hash, now)\n    tx.drop_proof_attempt(found.opened.person.id)\n",
        new="",
        caught_by=FACE + "test_another_face_a_photo_and_a_poor_likeness_are_no_proof",
    ),
    Fault(
        what="a record counts twice",
        file="storage/proofs.py",
        old="        if self.proof_used(source, record):\n            return False\n",
        new="        if self.proof_used(source, record):\n            return True\n",
        caught_by=LIVE + "test_a_record_counts_once",
    ),
    Fault(
        what="a check of before the attempt counts",
        file="bot/web/rungs.py",
        old="begun_at=one.begun_at,",
        new="begun_at=one.begun_at.replace(year=2000),",
        caught_by=LIVE + "test_a_check_of_before_the_attempt_is_none",
    ),
    Fault(
        what="what the platform knew before the attempt counts when its clock runs ahead",
        file="bot/proofs/livecheck.py",
        old="last = max((one.at for one in before), default=asked.begun_at - timedelta.resolution)",
        new="last = asked.begun_at - timedelta.resolution",
        caught_by=LIVE + "test_a_check_of_before_is_none_though_the_platforms_clock_runs_ahead",
    ),
    Fault(
        what="an attempt begins while a check of the one before may still be told of",
        file="handlers/confirming.py",
        old="    return attempt.until + AHEAD if attempt.way in by_time else attempt.until\n",
        new="    return attempt.until\n",
        caught_by=LIVE + "test_what_was_seen_in_an_attempt_left_alone_is_no_part_of_the_next",
    ),
    Fault(
        what="an attempt that may still be told of is forgotten",
        file="handlers/forgetting.py",
        old="    tx.purge_proof_attempts(now - AHEAD)\n",
        new="    tx.purge_proof_attempts(now)\n",
        caught_by=LIVE + "test_what_was_seen_in_an_attempt_left_alone_is_no_part_of_the_next",
    ),
    Fault(
        what="a check counts that nobody asked the platform about before",
        file="bot/proofs/livecheck.py",
        old="        if asked.reference is None:\n            raise NothingYet\n",
        new="        told = asked.reference or asked.begun_at.isoformat()\n"
        "        object.__setattr__(asked, 'reference', told)\n",
        caught_by=LIVE + "test_before_the_platform_was_asked_what_it_knows_nothing_counts",
    ),
    Fault(
        what="a check of somebody else counts",
        file="bot/dingtalk/live.py",
        old="mine = (one for one in found if (one.userid, one.agent) == (userid, agent))",
        new="mine = (one for one in found if one.passed)",
        caught_by=LIVE + "test_a_check_of_somebody_else_or_of_another_app_is_none",
    ),
    Fault(
        what="a check that failed counts",
        file="bot/proofs/livecheck.py",
        old="for one in within if one.passed)",
        new="for one in within)",
        caught_by=LIVE + "test_a_check_that_failed_is_kept_as_an_attempt",
    ),
    Fault(
        what="the second check of an attempt is left for the next decision",
        file="handlers/confirming.py",
        old="unused = [one for one in seen if tx",
        new="unused = [one for one in seen[:1] if tx",
        caught_by=LIVE + "test_of_two_checks_in_one_attempt_neither_is_left_for_the_next_decision",
    ),
    Fault(
        what="somebody else's page posts",
        file="bot/web/posted.py",
        old="if self._foreign(request) or request",
        new="if request",
        caught_by=FACE + "test_only_our_own_page_posts",
    ),
    Fault(
        what="a weaker way than the least is taken",
        file="workflow/permit/signing.py",
        old="if STRENGTH[method] < STRENGTH[weakest]:",
        new="if STRENGTH[method] > STRENGTH[weakest]:",
        caught_by=FACE + "test_a_minimum_raised_meanwhile_holds",
    ),
    Fault(
        what="a phone's signature over another decision counts",
        file="bot/proofs/soter.py",
        old="if signed.raw != asked.bound:",
        new="if not signed.raw:",
        caught_by=SOTER + "test_a_signature_over_another_decision_is_none",
    ),
    Fault(
        what="anybody's account at WeChat signs",
        file="bot/proofs/soter.py",
        old="if openid != self._openid(asked.person):",
        new="if not openid:",
        caught_by=SOTER + "test_somebody_elses_account_signs_nothing",
    ),
    Fault(
        what="WeChat's no is not heard",
        file="bot/proofs/soter.py",
        old='return answer.get("is_ok") is True',
        new='return answer.get("is_ok") is not None',
        caught_by=SOTER + "test_words_put_in_after_the_phone_signed_are_found",
    ),
    Fault(
        what="whoever has a key goes round it",
        file="handlers/keys.py",
        old="return key and owners_sign(permit)",
        new="return not key and owners_sign(permit)",
        caught_by=FACE + "test_who_has_a_key_cannot_go_round_it",
    ),
    # --- PINs while the chat is down ---
    Fault(
        what="an outage that is over still counts",
        file="handlers/offline.py",
        old="    return opened if usable(tx, house, served, now) else None",
        new="    return opened",
        caught_by=OFFLINE + "test_the_chat_comes_back_while_the_page_is_open",
    ),
    Fault(
        what="the outage is asked at the page only",
        file="handlers/offline.py",
        old="    if opened is None or since is None or lasting is None or ",
        new="    since = since or now\n    if opened is None or lasting is None or ",
        caught_by=OFFLINE + "test_whose_own_chat_works_decides_there",
    ),
    Fault(
        what="any PIN is the right one",
        file="bot/proofs/pin.py",
        old="return hmac.compare_digest(digest, expected) and secret is not None",
        new="return secret is not None",
        caught_by=OFFLINE + "test_the_second_person_is_another_uninvolved_and_knows_his_own",
    ),
    Fault(
        what="a wrong PIN is not kept",
        file="handlers/offline.py",
        old="            pins.missed(desk, person, since)\n    if isinstance",
        new="            pass\n    if isinstance",
        caught_by=OFFLINE + "test_a_right_pin_sets_the_count_of_wrong_ones_back",
    ),
    Fault(
        what="a link decides as often as one likes",
        file="handlers/offline.py",
        old="    tx.use_link(opened.link.token_hash, now)\n    try:",
        new="    try:",
        caught_by=OFFLINE + "test_neither_the_signer_nor_the_crew_is_the_second_and_the_link_is_used_up",
    ),
    Fault(
        what="a PIN is a way round the key",
        file="handlers/offline.py",
        old="    by_key = key and ",
        new="    by_key = not key and ",
        caught_by=OFFLINE + "test_who_has_to_sign_with_a_key_gets_a_link_for_the_key",
    ),
    Fault(
        what="a form of another site is taken",
        file="bot/web/forms.py",
        old="        if not ours or request",
        new="        if request",
        caught_by=OFFLINE + "test_no_other_site_posts_it",
    ),
    Fault(
        what="the digest of a PIN that was given up is kept",
        file="handlers/pins.py",
        old="        desk.tx.drop_pin_secret(person)",
        new="        pass",
        caught_by=OFFLINE + "test_what_was_given_up_is_not_kept",
    ),
    Fault(
        what="a board is asked as often as one likes",
        file="bot/web/offline.py",
        old="if not self._sluice.lets(",
        new="if self._sluice.lets(",
        caught_by=OFFLINE + "test_a_board_is_not_asked_a_thousand_times",
    ),
)
