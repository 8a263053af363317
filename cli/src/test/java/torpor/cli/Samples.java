package torpor.cli;

/// Answers of a daemon.
final class Samples {
  static final String INSTANCE_ID = "inst_01jd0000000000000000000001";

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

  /// A machine with nothing under way.
  ///
  /// @param more further fields
  static String instance(String name, String state, String more) {
    return """
    {"id": "%1$s", "name": "%2$s", "state": "%3$s", "desired_state": "%3$s",
     "created_at": "2026-11-20T05:00:00Z", "expires_at": null, "image": "nginx:alpine",
     "hypervisor": "qemu", "vcpus": 1, "size": "256MB", "overlay_size": "10GB", "env": {},
     "network": {"enabled": true, "ip": "10.0.0.2", "mac": null, "outbound": true},
     "ports": [{"host_port": 8080, "guest_port": 80, "protocol": "tcp"}], "volumes": [],
     "tags": {"team": "web"}, "protect": false, "restart_policy": {"policy": "never"},
     "restart_status": {"attempts": 0},
     "health_status": {"status": "disabled", "consecutive_successes": 0,
                       "consecutive_failures": 0},
     "has_snapshot": false, "started_at": null, "stopped_at": null, "current_phase": "x",
     "current_phase_since": "2026-11-20T06:00:00Z", "generation": 1%4$s}\
    """
        .formatted(INSTANCE_ID, name, state, more.isEmpty() ? "" : ", " + more)
        .replace("\n", "");
  }

  static String instance(String name, String state) {
    return instance(name, state, "\"exit_code\": null");
  }

  /// As said before its operation has ended.
  static String busy(String name, String state, String desired, String operation) {
    return instance(name, state, "\"operation\": \"" + operation + "\", \"exit_code\": null")
        .replace("\"desired_state\": \"" + state, "\"desired_state\": \"" + desired);
  }

  static String image(String status, String more) {
    return """
    {"name": "docker.io/library/nginx:alpine", "digest": "sha256:0123456789abcdef",
     "status": "%s", "created_at": "2026-11-20T05:00:00Z", "error": null,
     "queue_position": null, "size_bytes": 1048576%s}\
    """
        .formatted(status, more.isEmpty() ? "" : ", " + more)
        .replace("\n", "");
  }

  static String snapshot(int number, String name) {
    return """
    {"id": "snap_01jd0000000000000000000001_%1$d", "created_at": "2026-11-20T05:00:00Z",
     "kind": "Standby", "name": %2$s, "size_bytes": 4096, "source_hypervisor": "qemu",
     "source_instance_id": "%3$s", "source_instance_name": "web", "number": %1$d,
     "generation": 1, "parent": null, "newest": true, "scheduled": false,
     "verification": "unchecked", "checked_at": null, "damage": null, "compression_state": "none", "tags": {}}\
    """
        .formatted(number, name, INSTANCE_ID);
  }
}
