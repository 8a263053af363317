package torpor.cli;

/// Answers of a daemon.
final class Samples {
  static final String JOB_ID = "job_01JD0000000000000000000001";

  private Samples() {}

  static String job(String state, String more) {
    return """
    {"id": "%1$s", "job_id": "%1$s", "state": "%2$s", "since": "2026-11-20T06:00:00Z",
     "definition_name": "crawler", "definition_version": "2", "attempt": 1, "retry_count": 0,
     "generation": 3, "restored_from": 7, "newest_snapshot": null, "waker": null, "due_at": null,
     "deadline": null, "failure": null, "exit_code": null, "output": null, "cancelled_by": null,
     "progress": null, "pending_signals": 0, "metadata": {},
     "spawned_at": "2026-11-20T05:00:00Z", "ended_at": null%3$s}\
    """
        .formatted(JOB_ID, state, more.isEmpty() ? "" : ", " + more);
  }

  static String result(String state, String exitCode, String output, String failure) {
    return """
    {"job_id": "%s", "state": "%s", "exit_code": %s, "output": %s, "failure": %s, "attempt": 1,
     "spawned_at": "2026-11-20T05:00:00Z", "ended_at": "2026-11-20T06:00:00Z"}\
    """
        .formatted(JOB_ID, state, exitCode, output, failure);
  }

  static String definition(String name) {
    return """
    {"name": "%s", "version": "1", "runtime": "wasm", "config": {"module": "/a.wasm"},
     "retry_policy": {"max_attempts": 3, "backoff": {"kind": "fixed"}, "on": ["exited"],
                      "from": "newest_checkpoint", "crash_loop_limit": 3},
     "timeout": null, "keep_snapshots": 2, "metadata": {}, "added_at": "2026-11-20T05:00:00Z"}\
    """
        .formatted(name);
  }
}
