"""Faults 113 to 129: what was found later, by trying."""

from __future__ import annotations

from tests.faults.row import proven

SHARES = "server/middleware/test_fair_shares.py::"
STREAMS = "server/middleware/test_fair_streams.py::"
UNREAD = "server/connections/test_unsent_responses.py::"
BYTES = "server/connections/test_raw_bytes.py::"
UNASKED = "square/connections/test_unasked_answers.py::"
OBJECTS = "graph/execution/test_other_objects.py::"
DOORS = "server/graphql/test_every_transport.py::"
ESTIMATES = "worst_cases/test_estimates.py::"
USED = "areas/custom_attributes/test_used_keys"
DELAY = "server/test_shutdown_delay.py::"
PAGES = "graph/loading/test_odd_pages.py::"

ROWS = [
    proven(
        113,
        "a long text in an error",
        "server/graphql/test_long_texts.py::test_a_long_text_costs_little_and_is_not_repeated",
        "server/graphql/test_long_texts.py::test_every_place_of_a_variable_is_reached",
        "server/graphql/test_long_texts.py::test_a_long_text_on_a_socket_costs_little_and_is_not_repeated",
        "square/responses/test_long_texts.py::test_a_long_text_of_squares_costs_little_and_is_not_repeated",
        "square/responses/test_many_errors.py::test_many_errors_in_many_lines_are_placed_in_no_time",
        measured=("benchmarks/long_texts.py",),
    ),
    proven(
        114,
        "an answer that nobody asked for",
        UNASKED + "test_what_comes_with_an_answer_is_not_the_next_one",
        UNASKED + "test_what_comes_while_nothing_is_asked_closes_the_connection",
        UNASKED + "test_what_has_come_unseen_closes_the_connection",
        UNASKED + "test_a_late_answer_is_not_the_next_one",
        UNASKED + "test_connections_are_kept_for_their_token_alone",
    ),
    proven(
        115,
        "an answer about another object",
        OBJECTS + "test_an_object_with_another_id_is_not_shown",
        OBJECTS + "test_every_row_says_what_its_answer_is_about",
        OBJECTS + "test_of_many_customers_only_the_wrong_ones_are_errors",
        OBJECTS + "test_of_many_changes_only_the_wrong_ones_are_errors",
    ),
    proven(
        116,
        "one caller that holds all there is",
        SHARES + "test_slow_requests_of_one_seller_leave_places_for_another",
        SHARES + "test_tokens_that_are_made_up_leave_places_for_known_sellers",
        SHARES + "test_slow_bodies_of_one_seller_leave_room_for_those_of_another",
        SHARES + "test_sockets_of_one_seller_leave_room_for_those_of_another",
        SHARES + "test_operations_on_many_sockets_count_together",
        SHARES + "test_persisted_queries_of_one_seller_push_out_none_of_another",
        STREAMS + "test_streams_of_one_caller_leave_room_for_those_of_another",
        STREAMS + "test_new_documents_of_callers_that_are_made_up_keep_no_known_one_waiting",
        STREAMS + "test_plans_for_the_variables_of_one_caller_push_out_none_of_another",
        "server/connections/test_connection_limit.py::test_an_address_with_many_silent_connections_gives_way_to_another",
    ),
    proven(
        117,
        "conditions that only one reader honours",
        "graph/selection/test_conditions.py::test_ids_beside_what_is_left_out_make_no_call",
        "graph/selection/test_conditions.py::test_the_same_document_is_run_with_each_value_of_a_condition",
        ESTIMATES + "test_no_random_operation_takes_more_than_its_estimate",
    ),
    proven(
        118,
        "more than one page of what has no bound, and short pages",
        ESTIMATES + "test_a_shop_of_700_groups_shows_the_groups_of_its_customers",
        ESTIMATES + "test_more_groups_than_are_planned_for_end_in_an_error_that_says_so",
        ESTIMATES + "test_short_pages_are_no_more_calls_and_lose_nobody",
        measured=("worst_cases/__main__.py",),
    ),
    proven(
        119,
        "an answer that nobody reads",
        UNREAD + "test_a_client_that_takes_nothing_is_let_go",
        UNREAD + "test_a_request_runs_until_its_answer_is_taken",
        UNREAD + "test_a_client_that_takes_a_little_now_and_then_gets_all_of_it",
        UNREAD + "test_a_stream_that_nobody_reads_ends",
        UNREAD + "test_messages_that_wait_for_sockets_count_with_what_is_written",
        measured=("benchmarks/unread_answers.py",),
    ),
    proven(
        120,
        "chunk extensions, trailers and empty chunks",
        BYTES + "test_what_surrounds_a_body_counts_as_the_body",
        BYTES + "test_the_framing_of_an_honest_body_does_not_count",
        BYTES + "test_frames_count_whatever_they_hold",
    ),
    proven(
        121,
        "an answer of which thousands of items cannot be read",
        "square/responses/test_many_errors.py::test_nine_thousand_items_that_cannot_be_read_are_one_line_with_the_id_of_the_request",
    ),
    proven(
        122,
        "what HTTP refuses and a WebSocket might not",
        DOORS + "test_a_bad_operation_has_one_code",
        DOORS + "test_a_bad_token_has_one_code",
        DOORS + "test_a_token_in_the_url_has_one_code",
        "server/auth/test_jwt_lifetime.py::test_a_socket_ends_when_its_token_is_good_no_more",
        "server/streaming/test_hostile_websocket.py::test_a_bad_frame_is_answered_with_a_close_code",
        "server/streaming/test_websocket.py::test_two_authorizations_are_none",
    ),
    proven(
        123,
        "a request behind a declined upgrade",
        "server/connections/test_slow_heads.py::test_a_request_behind_a_declined_upgrade_is_answered_at_once",
        "server/connections/test_slow_heads.py::test_behind_a_declined_upgrade_in_chunks_the_next_is_answered_at_once",
    ),
    proven(
        124,
        "cursors as long as they may be",
        PAGES + "test_a_cursor_made_from_the_longest_of_squares_is_taken_back",
        PAGES + "test_a_longer_cursor_than_any_of_squares_is_a_bad_answer",
    ),
    proven(
        125,
        "ids that a proxy could take for a path",
        "square/test_endpoint.py::test_an_id_that_nothing_has_is_not_sent",
    ),
    proven(
        126,
        "a replayed key that is answered with something else",
        "areas/groups/test_used_keys.py::test_a_key_of_another_group_makes_none_and_shows_none",
        USED + ".py::test_a_key_of_another_value_shows_none",
        USED + ".py::test_a_key_of_another_customer_shows_none",
        USED + ".py::test_a_value_is_answered_again_though_it_was_changed_but_not_when_it_is_gone",
        USED + "_of_definitions.py::test_a_key_of_another_definition_shows_none",
        USED + "_of_definitions.py::test_a_key_of_another_change_of_a_definition_shows_none",
        USED + "_in_bulk.py::test_of_many_values_those_with_a_used_key_are_errors",
        USED + "_in_bulk.py::test_equal_keys_in_one_list_are_refused_and_the_others_sent",
        "areas/customers/test_keys_of_many.py::test_equal_keys_are_refused_before_anything_is_sent_under_them",
        "areas/custom_attributes/test_same_values.py::test_a_value_is_the_same_in_another_notation",
    ),
    proven(
        127,
        "a stop that load balancers cannot see coming",
        DELAY + "test_after_sigterm_it_is_not_ready_and_serves_on",
        DELAY + "test_when_the_time_is_over_it_drains",
        DELAY + "test_ctrl_c_waits_for_nobody_to_look",
        DELAY + "test_sighup_ends_no_request_and_no_gateway",
        DELAY + "test_sighup_ends_no_embedded_square",
    ),
    proven(
        128,
        "a setting with a misspelt name",
        "test_setting_names.py::test_a_misspelt_setting_is_refused_with_the_nearest_name",
        "test_setting_names.py::test_links_to_services_of_kubernetes_are_no_settings",
        "test_setting_names.py::test_names_of_other_tools_are_passed_over",
    ),
    proven(
        129,
        "private names of a library that moved",
        "test_library_names.py::test_the_installed_libraries_have_all_of_it",
        "test_library_names.py::test_what_is_missing_is_named_with_the_versions",
        "test_library_names.py::test_what_has_another_shape_is_missing",
        "test_library_names.py::test_private_names_of_libraries_are_used_only_where_the_list_says",
    ),
]
