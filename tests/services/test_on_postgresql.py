"""What the other files of this folder ask of SQLite, asked of PostgreSQL too: one test of every kind of act."""

import pytest

from tests.services.test_culture import (
    test_a_bank_vial_carries_its_doublings_on,
    test_a_late_entry_needs_a_reason_and_a_witness_who_signs,
    test_a_pool_continues_from_its_highest_parent,
    test_a_vial_is_thawed_once_and_not_before_it_was_filled,
    test_qas_signature_for_use_at_risk_prevents_the_deviation,
    test_what_went_into_a_pool_is_not_seeded_again,
)
from tests.services.test_hold import (
    test_a_fact_beyond_a_limit_is_recorded_and_blocks_until_its_deviation_is_closed,
    test_a_late_positive_holds_everything_downstream_at_once,
    test_a_material_blocked_after_its_use_holds_the_lots_it_went_into,
    test_a_material_blocked_after_its_use_stops_the_release_until_every_use_is_judged,
    test_a_second_late_positive_holds_again_after_the_first_hold_was_lifted,
    test_a_withdrawn_consent_holds_everything_downstream_at_once,
    test_several_holds_stand_at_once_and_lifting_one_leaves_the_others,
)
from tests.services.test_lot import (
    test_a_recall_is_final_and_holds_everything_downstream,
    test_an_impossible_filling_is_refused,
    test_an_invalidated_result_holds_the_released_lot_until_it_is_re_affirmed,
    test_every_finding_comes_with_the_refusal,
    test_one_person_does_not_give_two_of_the_signatures,
    test_qas_attestation_is_stale_when_a_result_is_added,
    test_the_same_act_again_returns_the_first_outcome,
    test_what_changed_since_it_was_shown_is_not_signed,
)
from tests.services.test_testing import (
    test_a_lot_keeps_the_specification_effective_when_it_was_made,
    test_a_reviewer_does_not_review_what_they_entered,
    test_a_suspended_trial_is_resumed_by_qa_alone,
    test_an_invalidation_needs_an_assignable_cause_and_keeps_the_first_value,
)
from tests.services.test_vial import (
    filled,
    test_a_label_is_printed_again_only_with_a_reason_and_the_former_is_void,
    test_an_unknown_another_or_a_misread_code_verifies_nothing,
    test_one_vial_that_cannot_go_keeps_the_others,
)

pytestmark = pytest.mark.parametrize(
    "backend", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)

__all__ = [
    "filled",
    "test_a_bank_vial_carries_its_doublings_on",
    "test_a_fact_beyond_a_limit_is_recorded_and_blocks_until_its_deviation_is_closed",
    "test_a_label_is_printed_again_only_with_a_reason_and_the_former_is_void",
    "test_a_late_entry_needs_a_reason_and_a_witness_who_signs",
    "test_a_late_positive_holds_everything_downstream_at_once",
    "test_a_lot_keeps_the_specification_effective_when_it_was_made",
    "test_a_material_blocked_after_its_use_holds_the_lots_it_went_into",
    "test_a_material_blocked_after_its_use_stops_the_release_until_every_use_is_judged",
    "test_a_pool_continues_from_its_highest_parent",
    "test_a_recall_is_final_and_holds_everything_downstream",
    "test_a_reviewer_does_not_review_what_they_entered",
    "test_a_second_late_positive_holds_again_after_the_first_hold_was_lifted",
    "test_a_suspended_trial_is_resumed_by_qa_alone",
    "test_a_vial_is_thawed_once_and_not_before_it_was_filled",
    "test_a_withdrawn_consent_holds_everything_downstream_at_once",
    "test_an_impossible_filling_is_refused",
    "test_an_invalidated_result_holds_the_released_lot_until_it_is_re_affirmed",
    "test_an_invalidation_needs_an_assignable_cause_and_keeps_the_first_value",
    "test_an_unknown_another_or_a_misread_code_verifies_nothing",
    "test_every_finding_comes_with_the_refusal",
    "test_one_person_does_not_give_two_of_the_signatures",
    "test_one_vial_that_cannot_go_keeps_the_others",
    "test_qas_attestation_is_stale_when_a_result_is_added",
    "test_qas_signature_for_use_at_risk_prevents_the_deviation",
    "test_several_holds_stand_at_once_and_lifting_one_leaves_the_others",
    "test_the_same_act_again_returns_the_first_outcome",
    "test_what_changed_since_it_was_shown_is_not_signed",
    "test_what_went_into_a_pool_is_not_seeded_again",
]
