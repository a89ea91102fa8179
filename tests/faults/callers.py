"""Faults 42 to 53: callers and sellers, who must never meet."""

from __future__ import annotations

from tests.faults.row import proven

AUTH = "server/auth/test_authenticator.py::"
TENANCY = "server/auth/test_tenancy.py::"
ISOLATION = "square/test_isolation.py::"
SHARED = "square/policies/test_in_flight.py::"
SEEN = "square/test_faults_in_the_graph.py::"
READ = SEEN + "test_a_failing_read_costs_its_field_and_says_its_code"
BREAKER = "square/policies/test_breaker.py::"

ROWS = [
    proven(
        42,
        "callers without a proper token",
        AUTH + "test_without_a_proper_token_there_is_no_answer",
        AUTH + "test_a_refused_caller_costs_no_parsing",
    ),
    proven(
        43,
        "two sellers on one connection",
        "square/policies/test_host_breaker.py::test_failures_of_some_tenants_shut_out_only_these",
        "server/http/test_http_limits.py::test_two_callers_on_one_connection_are_told_apart",
        TENANCY + "test_no_answer_holds_anything_of_another_seller",
        "history/test_tenancy.py::test_no_seller_is_ever_answered_an_id_of_another_under_any_fault",
        ISOLATION + "test_interleaved_requests_of_two_tenants_on_one_pool_never_mix",
    ),
    proven(
        44,
        "something remembered for another seller",
        TENANCY + "test_reads_are_shared_within_a_seller_and_never_across",
        SHARED + "test_different_tenants_never_share",
    ),
    proven(
        45,
        "one of several waiting callers leaves",
        SHARED + "test_a_caller_that_leaves_takes_no_answer_from_the_others",
        SHARED + "test_with_its_last_caller_the_request_ends_and_the_next_read_is_a_new_one",
    ),
    proven(
        46,
        "contexts and expiry on a socket",
        "server/streaming/test_websocket.py::test_every_event_gets_a_context_of_its_own",
        "server/auth/test_jwt_lifetime.py::test_a_socket_ends_when_its_token_is_good_no_more",
        "server/auth/test_jwt_lifetime.py::test_a_stream_ends_when_its_token_is_good_no_more",
        "server/streaming/test_hostile_websocket.py::test_a_bad_message_after_the_introduction_closes_it_too",
    ),
    proven(
        47,
        "a token that was withdrawn",
        READ,
        "square/policies/test_refused_tokens.py::test_a_read_from_before_a_refusal_is_not_joined_after_it",
        "square/policies/test_refused_tokens.py::test_a_refusal_does_not_count_as_the_end_of_failures",
        BREAKER + "test_refusals_never_open_it",
    ),
    proven(
        48,
        "a token without the permission",
        READ,
        "areas/customers/test_customers.py::test_a_token_without_the_permission_is_told_so_per_field",
    ),
    proven(
        49,
        "a token anywhere but in its header",
        "graph/schema/test_tokens_in_messages.py::test_a_token_in_a_variable_is_not_repeated",
        AUTH + "test_only_the_authorization_header_is_read",
        "server/http/test_tokens_in_urls.py::test_it_is_refused",
    ),
    proven(
        50,
        "cookies and redirects from upstream",
        ISOLATION + "test_a_cookie_is_not_sent_back",
        ISOLATION + "test_a_redirect_is_not_followed_and_the_token_stays_here",
    ),
    proven(
        51,
        "guessing ids",
        TENANCY + "test_an_id_that_is_foreign_looks_like_one_that_is_not_there",
        "graph/selection/test_document_bombs.py::test_what_is_too_large_is_refused_for_little_work",
    ),
    proven(
        52,
        "a request that names another host",
        AUTH + "test_no_header_chooses_squares_version_or_address",
        AUTH + "test_unsafe_settings_are_refused_by_name",
    ),
    proven(
        53,
        "the gateway's own token in place of the caller's",
        AUTH + "test_anybody_is_let_in_only_without_a_wrong_token",
        AUTH + "test_a_forwarded_token_is_the_one_that_square_sees",
    ),
]
