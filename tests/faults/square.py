"""Faults 54 to 83: what Square does, writes, and pages."""

from __future__ import annotations

from tests.faults.row import proven

ISOLATION = "square/test_isolation.py::"
SEEN = "square/test_faults_in_the_graph.py::"
READ = SEEN + "test_a_failing_read_costs_its_field_and_says_its_code"
WRITE = SEEN + "test_a_write_that_may_have_happened_is_sent_once_and_the_next_write_runs"
BROKEN = "square/responses/test_broken_answers.py::"
RETRY = "square/policies/test_retry.py::"
RATE = "square/policies/test_rate_limits.py::"
BREAKER = "square/policies/test_breaker.py::"
ANSWERS = "square/responses/test_answers.py::"
UNKEYED = "square/policies/test_unkeyed_writes.py::"
THROUGH = "square/test_through_the_graph.py::"
BULK = "areas/customers/test_bulk.py::"
PAGES = "graph/loading/test_odd_pages.py::"

ROWS = [
    proven(
        54,
        "no connection to Square",
        SEEN + "test_a_square_that_is_not_there_costs_every_field_and_nothing_else",
        BROKEN + "test_a_refused_connection_is_tried_again_even_for_a_write_without_key",
        "square/policies/test_deadlines.py::test_connecting_has_a_limit_of_its_own",
    ),
    proven(
        55,
        "answers that stand still or drip",
        READ,
        WRITE,
        BROKEN + "test_a_silent_or_dripping_answer_costs_one_attempt_and_its_connection",
        BROKEN + "test_endless_silence_is_a_timeout_after_three_attempts",
        "square/policies/test_deadlines.py::test_when_the_operations_time_is_over_nothing_is_sent",
    ),
    proven(
        56,
        "a connection that ends before the answer",
        READ,
        WRITE,
        BROKEN + "test_a_read_over_a_breaking_connection_is_tried_three_times_then_unavailable",
    ),
    proven(
        57,
        "a connection that ends within the answer",
        "graph/execution/test_partial_answers.py::test_errors_alone_are_everybodys",
        READ,
        WRITE,
        BROKEN + "test_a_reset_in_the_middle_of_a_list_gives_no_part_of_the_list",
    ),
    proven(
        58,
        "answers that are no JSON",
        READ,
        BROKEN + "test_an_unreadable_answer_to_a_read_is_tried_once_more_and_never_taken_for_a_whole_one",
    ),
    proven(
        59,
        "a rate limit that says how long",
        READ,
        RATE + "test_retry_after_is_seconds_or_a_date_and_anything_else_is_ignored",
        RATE + "test_a_long_retry_after_fails_at_once_and_says_how_long",
        RATE + "test_while_a_tenant_is_paused_for_long_its_other_calls_fail_unsent_and_other_tenants_go_on",
    ),
    proven(
        60,
        "a rate limit that does not",
        "square/policies/test_rate_limit_storms.py::test_sixty_reads_that_are_refused_come_back_a_few_at_a_time",
        READ,
        RATE + "test_a_429_without_retry_after_waits_with_jitter",
        RATE + "test_all_waiting_calls_of_a_tenant_share_one_pause_and_return_at_half_the_width",
    ),
    proven(
        61,
        "server errors, one and many",
        READ,
        RETRY + "test_a_read_is_tried_three_times_on_a_server_error",
        RETRY + "test_a_brown_out_of_half_of_all_requests_adds_at_most_a_fifth_to_the_load",
    ),
    proven(
        62,
        "refusals, missing objects and conflicts",
        "areas/test_refused_reads.py::test_a_refused_read_names_its_argument",
        READ,
        SEEN + "test_what_square_does_not_have_is_null_without_an_error",
        RETRY + "test_a_version_conflict_is_never_tried_again",
        "areas/customers/test_mutations.py::test_what_square_refuses_is_a_user_error_with_its_place",
    ),
    proven(
        63,
        "several errors, unknown ones, and errors with a 200",
        BROKEN + "test_all_errors_of_one_answer_are_kept_with_codes_nobody_knows",
        BROKEN + "test_errors_with_status_200_are_errors",
    ),
    proven(
        64,
        "fields of unknown values or wrong types",
        "square/responses/test_decode.py::test_what_is_wrong_with_one_field_costs_that_field",
        "square/responses/test_decode.py::test_an_unknown_enum_value_stays_readable",
        ANSWERS + "test_a_broken_item_of_a_list_is_left_out_and_the_others_stay",
        PAGES + "test_items_that_cannot_be_read_are_left_out_and_the_rest_is_paged",
    ),
    proven(
        65,
        "answers without end",
        "square/responses/test_large_bodies.py::test_forty_large_answers_at_once_take_the_memory_of_a_few",
        "square/responses/test_huge_lists.py::test_of_an_absurdly_long_answer_nothing_is_read",
        READ,
        BROKEN + "test_a_huge_answer_is_given_up_at_ten_mebibytes_with_flat_memory",
        BROKEN + "test_an_answer_that_announces_too_much_is_not_read",
    ),
    proven(66, "heads that are no HTTP", READ, ISOLATION + "test_no_error_or_log_line_holds_token_address_or_body"),
    proven(
        67,
        "a kept connection that closes just then",
        "square/connections/test_kept_connections.py::test_what_may_be_repeated_needs_one_more_attempt_however_many_are_dead",
        BROKEN + "test_the_race_for_a_kept_connection_is_invisible_to_reads",
        BROKEN + "test_the_http_client_itself_never_repeats_a_put_on_a_dead_kept_connection",
    ),
    proven(
        68,
        "names and certificates that cannot be trusted",
        BROKEN + "test_a_host_without_an_address_is_never_sent",
        BROKEN + "test_a_certificate_that_nobody_vouches_for_is_never_sent",
        BROKEN + "test_a_server_without_tls_is_never_sent_and_there_is_no_insecure_fallback",
    ),
    proven(
        69,
        "an open circuit",
        "square/policies/test_breaker_trials.py::test_a_trial_that_is_not_answered_by_square_opens_it_again",
        BREAKER + "test_five_failures_in_a_row_open_it_and_calls_fail_unsent_with_the_seconds_to_wait",
        BREAKER + "test_half_open_lets_three_trials_through_and_their_failures_open_it_once",
        BREAKER + "test_refusals_never_open_it",
    ),
    proven(
        70,
        "searches that lag behind writes",
        "square/policies/test_reads_after_writes.py::test_the_account_in_the_payload_has_the_balance_after_the_adjustment",
        "graph/execution/test_lag.py::test_a_mutation_answers_what_it_did_although_searches_do_not_know_it_yet",
    ),
    proven(
        71,
        "a clock that jumps",
        "square/policies/test_deadlines.py::test_a_clock_that_jumps_on_the_wall_changes_nothing",
    ),
    proven(
        72,
        "which operations may be sent twice",
        "areas/test_read_back.py::test_a_group_that_has_the_new_name_was_renamed",
        UNKEYED + "test_the_examples_cover_every_write",
        UNKEYED + "test_a_repeatable_write_survives_a_lost_answer_byte_for_byte",
        UNKEYED + "test_a_write_that_may_not_be_repeated_is_not",
        "test_architecture.py::test_only_reads_are_safe_and_every_read_is",
        BROKEN + "test_a_repeated_delete_that_finds_nothing_has_succeeded",
    ),
    proven(
        73,
        "a keyed write without an answer",
        THROUGH + "test_a_keyed_creation_that_gets_no_answer_is_done_once_and_answered",
        BROKEN + "test_a_keyed_write_is_sent_again_with_the_same_key_and_body",
    ),
    proven(
        74,
        "a write without key and without an answer",
        WRITE,
        THROUGH + "test_a_rename_that_gets_no_answer_is_sent_once_and_the_client_told_to_look",
        "history/test_histories.py::test_no_write_without_key_is_repeated_however_many_resets_and_timeouts_strike",
    ),
    proven(
        75,
        "the same mutation sent twice",
        THROUGH + "test_the_key_in_the_error_finds_what_the_lost_creation_made",
        BULK + "test_the_same_key_makes_nothing_twice_and_mends_what_failed",
    ),
    proven(
        76,
        "a client that leaves its mutation",
        THROUGH + "test_a_mutation_is_carried_out_although_its_client_hung_up",
        "square/policies/test_pending_writes.py::test_a_write_whose_caller_left_is_carried_out_and_written_down",
    ),
    proven(
        77,
        "bulk writes of which some fail",
        BULK + "test_250_are_made_in_three_calls_and_each_that_fails_is_told_in_its_place",
        BULK + "test_a_customer_named_twice_is_changed_once",
        BULK + "test_none_and_too_many_are_refused_before_any_call",
        BULK + "test_a_part_that_fails_as_a_whole_is_reported_and_the_rest_is_not_tried",
        "areas/custom_attributes/test_bulk.py::test_each_value_succeeds_or_fails_on_its_own",
    ),
    proven(
        78,
        "two mutations, the first of which fails",
        WRITE,
        "areas/customers/test_mutations.py::test_mutations_run_in_order_and_each_sees_the_ones_before_it",
    ),
    proven(
        79,
        "what was done before something failed",
        SEEN + "test_a_write_that_was_done_is_told_even_when_a_later_one_fails",
        BULK + "test_a_part_that_fails_as_a_whole_is_reported_and_the_rest_is_not_tried",
    ),
    proven(
        80,
        "pages longer or shorter than asked",
        PAGES + "test_pages_of_any_size_are_walked_without_losing_or_repeating_anybody",
        PAGES + "test_a_page_that_holds_more_than_asked_loses_nobody",
    ),
    proven(
        81,
        "empty pages, cursors in a circle, repeated items",
        "graph/execution/test_repetitions.py::test_an_account_on_two_pages_or_twice_on_one_is_shown_once",
        PAGES + "test_endless_empty_pages_are_given_up_with_a_place_to_go_on",
        PAGES + "test_cursors_that_go_round_in_a_circle_end_in_an_error",
        PAGES + "test_somebody_on_two_pages_is_shown_once",
        PAGES + "test_a_cursor_that_square_no_longer_takes_is_refused_as_input",
    ),
    proven(82, "pages backwards", "graph/schema/test_null_and_absent.py::test_no_list_offers_to_be_read_backwards"),
    proven(
        83,
        "reading page after page without end",
        "graph/planning/test_endless_lists.py::test_what_an_endless_list_does_not_show_soon_is_retrieved",
        "square/policies/test_call_budget.py::test_a_square_that_invents_cursors_is_asked_a_thousand_times",
        "graph/planning/test_plan.py::test_no_operation_costs_more_than_its_plan",
        PAGES + "test_endless_empty_pages_are_given_up_with_a_place_to_go_on",
        "graph/loading/test_pagination.py::test_a_first_that_cannot_be_is_refused_before_any_call",
    ),
]
