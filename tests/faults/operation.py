"""Faults 84 to 112: webhooks, subscriptions, and the gateway as a process that is run, watched and stopped."""

from __future__ import annotations

from tests.faults.row import later, proven

SIGNATURE = "events/test_signature.py::"
RECEIVER = "server/webhooks/test_receiver.py::"
LOG = "events/stores/test_logs.py::"
FEEDS = "events/test_feeds.py::"
FILE = "events/stores/test_sqlite.py::"
SOCKET = "server/streaming/test_websocket.py::"
FOLLOWED = "graph/subscribing/"
ENDS = "server/streaming/test_websocket_ends.py::"
FRAMES = "server/streaming/test_hostile_websocket.py::"
EVENTS = "server/streaming/test_sse.py::"
DRAIN = "server/test_shutdown.py::"
LOGS = "server/observability/test_logging.py::"
REDACTION = "server/observability/test_redaction.py::"
OVERLOAD = "server/middleware/test_overload.py::"
HISTORY = "history/test_histories.py::"
COMMAND = "test_cli.py::"

ROWS = [
    proven(
        84,
        "a webhook with a wrong signature",
        SIGNATURE + "test_what_square_signs_is_accepted",
        SIGNATURE + "test_another_body_or_another_url_is_not_accepted",
        SIGNATURE + "test_what_is_no_signature_is_refused_without_a_fault",
        RECEIVER + "test_without_a_signature_of_square_nothing_is_stored",
        RECEIVER + "test_a_forged_body_is_refused_before_it_is_read_as_json",
        RECEIVER + "test_a_body_without_a_signature_is_not_waited_for",
    ),
    proven(
        85,
        "a webhook signed for another address",
        RECEIVER + "test_the_url_that_is_signed_is_the_one_in_the_settings",
    ),
    proven(
        86,
        "a webhook that comes twice",
        RECEIVER + "test_a_repetition_is_acknowledged_and_stored_once",
        LOG + "test_appends_at_the_same_time_are_all_kept_and_each_once",
        LOG + "test_an_id_stays_known_when_its_event_is_gone",
        LOG + "test_ids_are_known_for_the_retention_and_not_longer",
    ),
    proven(
        87,
        "webhooks out of order",
        FEEDS + "test_an_older_version_is_never_shown_after_a_newer",
        FEEDS + "test_a_read_that_is_older_than_its_event_is_made_again",
        FEEDS + "test_a_delete_wins_over_what_comes_late",
        "events/test_feed_history.py::test_nobody_sees_an_older_state_and_all_see_the_last",
    ),
    proven(
        88,
        "webhooks while keys change, and of unknown sellers",
        RECEIVER + "test_while_a_key_is_replaced_both_are_good",
        RECEIVER + "test_a_seller_for_whom_nobody_can_call_is_acknowledged_and_dropped",
    ),
    proven(
        89,
        "webhooks that are too large or unknown",
        RECEIVER + "test_a_body_has_256_kib_at_most",
        RECEIVER + "test_what_is_signed_and_is_no_notification_is_400",
        RECEIVER + "test_a_type_that_nobody_knows_is_stored_and_is_no_label",
        RECEIVER + "test_a_known_type_that_cannot_be_read_is_a_dead_letter",
    ),
    proven(
        90,
        "webhooks that cannot be stored",
        RECEIVER + "test_what_cannot_be_stored_is_sent_again_and_stored_then",
        FILE + "test_on_a_full_disk_nothing_is_acknowledged_that_is_not_kept",
        FILE + "test_what_was_acknowledged_survives_a_killed_process",
    ),
    proven(
        91,
        "a burst of webhooks",
        RECEIVER + "test_a_burst_is_stored_whole_and_in_order",
        measured=("benchmarks/webhooks.py",),
    ),
    proven(
        92,
        "subscribers that read slowly",
        ENDS + "test_a_client_that_does_not_read_is_closed_as_a_slow_consumer",
        ENDS + "test_a_client_that_reads_gets_every_event_of_a_burst",
        ENDS + "test_a_subscriber_that_lags_is_closed_as_a_slow_consumer",
        EVENTS + "test_a_client_that_does_not_read_ends_its_subscription",
        EVENTS + "test_a_subscriber_that_lags_gets_no_mark_of_completion",
    ),
    later(
        93,
        "ten thousand subscribers",
        "The graph has no subscription yet, so nothing can be sent to ten thousand; sockets without one are tested.",
    ),
    proven(
        94,
        "peers that are gone without a word",
        ENDS + "test_a_peer_that_is_gone_without_a_word_is_noticed",
        ENDS + "test_a_peer_that_answers_pings_is_kept",
        EVENTS + "test_silence_is_broken_by_comments",
    ),
    proven(
        95,
        "subscribers that come and go",
        EVENTS + "test_nothing_is_left_of_streams_that_ended",
        ENDS + "test_a_client_that_leaves_takes_its_subscriptions_with_it",
    ),
    proven(
        96,
        "frames and messages that are wrong",
        FRAMES + "test_a_bad_frame_is_answered_with_a_close_code",
        FRAMES + "test_a_bad_message_closes_the_socket_with_its_code",
        FRAMES + "test_binary_messages_are_refused",
    ),
    proven(
        97,
        "sockets that do not introduce themselves",
        SOCKET + "test_without_a_proper_token_the_socket_is_closed",
        SOCKET + "test_a_client_that_does_not_introduce_itself_in_time_is_closed",
        SOCKET + "test_pings_do_not_buy_time_to_introduce_oneself",
    ),
    proven(
        98,
        "an event of another seller",
        FOLLOWED + "test_failed_reads.py::test_what_one_seller_changes_is_told_to_no_other",
        FOLLOWED + "test_going_on.py::test_a_position_is_nobody_elses",
    ),
    later(
        99,
        "events missed while a replica restarts",
        "The gateway has no feed of events yet, so there is nothing to resume from.",
    ),
    later(
        100,
        "a feed that fails over",
        "The gateway has no feed of events yet and no store behind one that could fail over.",
    ),
    proven(
        101,
        "a signal to stop",
        DRAIN + "test_with_nothing_to_do_it_ends_at_once",
        DRAIN + "test_what_runs_is_finished_and_what_comes_is_refused",
        DRAIN + "test_sockets_are_told_to_go_before_what_runs_is_finished",
        DRAIN + "test_a_write_outlives_the_time_that_requests_have",
    ),
    proven(
        102,
        "a second signal, and none at all",
        DRAIN + "test_a_second_signal_ends_reads_at_once_and_lets_a_write_finish",
        DRAIN + "test_acknowledged_writes_survive_kill_9_of_everything",
        "history/test_crash.py::test_what_was_acknowledged_survives_the_death_of_the_emulator_and_nothing_else_is_there",
    ),
    proven(
        103,
        "more connections than descriptors",
        "server/connections/test_descriptors.py::test_while_idle_sockets_hold_all_places_others_are_told_so",
        "server/connections/test_connection_limit.py::test_one_more_is_told_that_there_is_no_place",
        "server/connections/test_connection_limit.py::test_a_place_is_taken_again_once_it_is_free",
    ),
    proven(
        104,
        "memory that grows",
        EVENTS + "test_nothing_is_left_of_streams_that_ended",
        "square/test_isolation.py::test_the_number_of_remembered_tenants_is_bounded",
        measured=("benchmarks/soak.py",),
    ),
    proven(
        105,
        "twice the load that it can take",
        OVERLOAD + "test_beyond_the_limit_the_answer_is_503_at_once_and_says_when_to_come_back",
        OVERLOAD + "test_probes_are_answered_under_overload",
        "server/connections/test_acceptor.py::test_all_that_wait_are_taken",
        measured=("benchmarks/overload.py",),
    ),
    later(
        106,
        "a shared store that fails",
        "The gateway keeps nothing in a shared store yet: limits, circuits and loaders live in its own memory.",
    ),
    proven(
        107,
        "tokens and persons in what is written down",
        REDACTION + "test_what_goes_well_says_nothing_about_anybody",
        REDACTION + "test_what_is_refused_says_nothing_about_anybody",
        REDACTION + "test_a_failing_square_makes_nothing_private_public",
        REDACTION + "test_failures_inside_say_nothing_about_their_values",
    ),
    proven(
        108,
        "line ends in what is written down",
        LOGS + "test_names_that_clients_choose_cannot_break_a_line",
        LOGS + "test_a_line_is_one_line",
    ),
    proven(
        109,
        "names that clients choose as labels",
        "server/observability/test_metrics.py::test_names_that_clients_choose_add_no_series",
    ),
    proven(
        110,
        "stacks, paths and versions shown outside",
        "server/graphql/test_graphql_over_http.py::test_every_answer_says_nothing_about_the_software",
        "server/graphql/test_graphql_over_http.py::test_a_failure_of_the_server_itself_is_a_500_that_tells_and_logs_nothing",
        "server/graphql/test_production_profile.py::test_errors_show_no_stack_no_path_and_no_software",
    ),
    proven(
        111,
        "settings that are missing or wrong",
        COMMAND + "test_a_bad_setting_is_named_and_its_value_is_not_shown",
        COMMAND + "test_a_token_is_never_shown",
        "server/auth/test_authenticator.py::test_the_command_refuses_in_one_line_with_exit_code_2",
    ),
    proven(
        112,
        "histories of many clients under random faults",
        HISTORY + "test_the_data_is_explained_by_what_clients_were_told_under_any_fault",
        "history/checks/test_checks.py::test_harm_to_a_sound_history_is_found",
    ),
]
