"""Faults 1 to 41: what clients send over HTTP, in documents, and as input."""

from __future__ import annotations

from tests.faults.row import proven

HTTP = "server/test_http.py::"
WITHIN = "server/test_http_limits.py::"
HOSTILE = "server/test_hostile_http.py::test_it_is_refused_with_a_code"
BOMBS = "graph/test_document_bombs.py::"
PROFILE = "server/test_production_profile.py::"
INPUTS = "graph/test_odd_inputs.py::"
CUSTOMERS = "areas/test_customer_mutations.py::"

ROWS = [
    proven(1, "a body that is empty or no JSON", HOSTILE),
    proven(2, "a JSON body that is no object", HOSTILE),
    proven(3, "a body in a wrong encoding", HOSTILE),
    proven(4, "JSON nested without end", HOSTILE),
    proven(5, "an integer of thousands of digits", HOSTILE),
    proven(6, "numbers that JSON does not have", HOSTILE),
    proven(7, "a name twice in one JSON object", HOSTILE),
    proven(
        8,
        "a body beyond the limit",
        WITHIN + "test_a_huge_body_is_refused_before_it_is_sent",
        WITHIN + "test_a_huge_body_in_chunks_is_refused_at_the_limit",
        WITHIN + "test_the_largest_body_allowed_is_read",
    ),
    proven(9, "compressed bodies that are bombs or broken", HOSTILE, HTTP + "test_compressed_requests_are_understood"),
    proven(10, "a body of another type", HOSTILE, PROFILE + "test_nothing_runs_that_a_form_could_send"),
    proven(11, "methods that are not offered", HOSTILE, HTTP + "test_other_methods_are_told_what_is_allowed"),
    proven(
        12,
        "a client that accepts no answer there is",
        HOSTILE,
        "server/test_negotiation.py::test_nothing_runs_for_a_client_that_accepts_no_answer",
    ),
    proven(
        13,
        "operations by GET, and pages that forge them",
        HOSTILE,
        HTTP + "test_a_get_that_no_other_website_could_make_unasked_is_answered",
        PROFILE + "test_nothing_runs_by_get",
    ),
    proven(14, "a URL that is too long", HOSTILE),
    proven(
        15,
        "clients that send slowly or not at all",
        WITHIN + "test_a_body_that_does_not_arrive_in_time_is_given_up",
        WITHIN + "test_a_head_that_does_not_arrive_in_time_is_given_up",
        WITHIN + "test_a_connection_that_says_nothing_is_closed",
    ),
    proven(
        16,
        "calls from other websites",
        HTTP + "test_no_website_is_let_in_by_default",
        HTTP + "test_a_listed_website_is_let_in_and_no_other",
        "server/test_websocket_ends.py::test_only_listed_websites_may_connect",
    ),
    proven(
        17,
        "one request hidden behind another",
        HOSTILE,
        "server/test_smuggling.py::test_what_has_two_lengths_is_refused_and_nothing_behind_it_runs",
    ),
    proven(
        18,
        "line ends and other characters meant for a header",
        HOSTILE,
        "server/test_auth.py::test_a_token_with_such_a_character_never_becomes_a_tenant",
        "server/test_auth.py::test_no_header_chooses_squares_version_or_address",
        INPUTS + "test_an_odd_id_names_nothing_and_reaches_no_other_operation",
    ),
    proven(19, "lists of operations", HOSTILE, PROFILE + "test_lists_of_operations_are_not_executed"),
    proven(
        20,
        "a false host or forwarding header",
        "server/test_auth.py::test_no_header_chooses_squares_version_or_address",
        "server/test_smuggling.py::test_a_false_host_appears_in_no_answer",
    ),
    proven(
        21,
        "fragments that multiply",
        BOMBS + "test_what_is_too_large_is_refused_for_little_work",
        BOMBS + "test_the_work_of_a_bomb_grows_with_its_size_and_not_with_what_it_stands_for",
        "graph/test_checker_process.py::test_a_crowd_of_new_documents_starts_it_and_is_answered_by_it",
        measured=("benchmarks/bombs.py",),
    ),
    proven(22, "fields that multiply", BOMBS + "test_bombs_reach_nothing_over_http"),
    proven(
        23,
        "thousands of aliases, repetitions and mistakes",
        BOMBS + "test_what_is_too_large_is_refused_for_little_work",
        BOMBS + "test_what_is_wrong_many_times_is_told_five_times_for_little_work",
        measured=("benchmarks/bombs.py",),
    ),
    proven(
        24,
        "documents nested too deeply",
        BOMBS + "test_what_is_too_large_is_refused_for_little_work",
        BOMBS + "test_what_is_wrong_many_times_is_told_five_times_for_little_work",
    ),
    proven(25, "fragments in a circle", BOMBS + "test_what_is_wrong_many_times_is_told_five_times_for_little_work"),
    proven(26, "names the schema does not have", PROFILE + "test_mistakes_are_named_and_nothing_is_suggested"),
    proven(
        27,
        "introspection in a circle, or where it is off",
        PROFILE + "test_the_schema_cannot_be_read",
        PROFILE + "test_a_router_with_the_key_reads_it_all_the_same",
        BOMBS + "test_what_is_wrong_many_times_is_told_five_times_for_little_work",
    ),
    proven(28, "several operations and no name", HOSTILE),
    proven(29, "an operation name that cannot be", HOSTILE),
    proven(30, "documents without an operation", HOSTILE),
    proven(
        31,
        "conditions everywhere, deferring and streaming",
        BOMBS + "test_what_is_too_large_is_refused_for_little_work",
        BOMBS + "test_what_is_wrong_many_times_is_told_five_times_for_little_work",
        "graph/test_plan.py::test_what_is_skipped_costs_nothing",
    ),
    proven(
        32,
        "thousands of references to entities, one of them bad",
        "graph/test_entities.py::test_too_many_references_are_refused_before_any_call",
        "graph/test_entities.py::test_a_broken_or_unknown_reference_nulls_itself_alone",
    ),
    proven(
        33,
        "lists within lists within lists",
        PROFILE + "test_what_is_overloaded_is_refused_before_any_call",
        "graph/test_plan.py::test_no_nesting_of_lists_gets_around_the_limit",
    ),
    proven(34, "page sizes that cannot be", INPUTS + "test_a_first_that_cannot_be_is_refused_before_any_call"),
    proven(
        35,
        "cursors that are foreign, stale or changed",
        "graph/test_pagination.py::test_cursors_that_were_tampered_with_are_refused_before_any_call",
        "graph/test_pagination.py::test_cursors_of_other_lists_and_other_tenants_are_refused_before_any_call",
        "graph/test_odd_pages.py::test_a_cursor_that_square_no_longer_takes_is_refused_as_input",
    ),
    proven(
        36,
        "ids that are paths",
        INPUTS + "test_an_odd_id_names_nothing_and_reaches_no_other_operation",
        INPUTS + "test_an_odd_id_of_a_write_is_a_user_error",
        "square/test_endpoint.py::test_an_odd_id_arrives_as_it_was_written",
    ),
    proven(
        37,
        "null, absent and a value",
        CUSTOMERS + "test_absent_keeps_null_clears_and_a_value_sets",
        CUSTOMERS + "test_null_clears_any_field",
        CUSTOMERS + "test_null_is_absent_when_a_customer_is_made",
        "areas/test_customer_bulk.py::test_changes_are_answered_in_order_with_absent_null_and_value_kept_apart",
        "areas/test_custom_attribute_definition_changes.py::test_absent_keeps_and_null_clears",
        "graph/test_null_and_absent.py::test_every_write_is_known_to_keep_or_drop_null",
        "graph/test_null_and_absent.py::test_a_null_that_cannot_be_is_refused_in_plain_words",
        "graph/test_null_and_absent.py::test_null_is_sent_by_changes_and_left_out_by_everything_else",
    ),
    proven(
        38,
        "odd texts, unknown fields and values",
        INPUTS + "test_text_comes_back_as_it_was_given",
        INPUTS + "test_a_nul_is_refused_by_name_or_kept",
        INPUTS + "test_an_input_that_the_schema_does_not_know_never_runs",
        HOSTILE,
    ),
    proven(
        39,
        "moments that cannot be, numbers beyond 32 bits",
        INPUTS + "test_a_moment_has_an_offset_and_is_one",
        INPUTS + "test_a_leap_second_is_left_to_square_to_judge",
        INPUTS + "test_points_beyond_32_bits_are_kept_exactly",
    ),
    proven(
        40,
        "idempotency keys that are empty, long, or used before",
        CUSTOMERS + "test_a_key_that_square_would_not_take_is_refused_before_any_call",
        CUSTOMERS + "test_the_same_key_makes_one_customer_and_other_data_is_refused",
        "areas/test_customer_bulk.py::test_a_used_key_with_other_data_is_told_at_the_key",
    ),
    proven(41, "a filter that chooses everybody", INPUTS + "test_a_filter_that_chooses_nothing_is_one_page_of_all"),
]
