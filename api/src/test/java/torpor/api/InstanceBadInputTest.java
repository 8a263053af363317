package torpor.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import torpor.wire.ProblemDetails;
import torpor.wire.WireJson;
import torpor.wire.instance.Instance;
import torpor.wire.instance.PortMapping;

/// Each field of a create, wrong: refused by name, with what to do, and nothing is changed.
@Timeout(30)
class InstanceBadInputTest {
  @TempDir Path directory;
  private TestServer server;

  @BeforeEach
  void start() {
    server = new TestServer(directory);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          name                                | "name": "Web"
          name                                | "name": "-web"
          name                                | "name": ""
          name                                | "name": null
          name                                | "name": 1
          image                               | "image": ""
          image                               | "image": "NOT AN IMAGE"
          vcpus                               | "vcpus": 0
          vcpus                               | "vcpus": 1.5
          vcpus                               | "vcpus": "2"
          vcpus                               | "vcpus": 5000
          size                                | "size": "lots"
          size                                | "size": "1000"
          size                                | "size": "-1GB"
          size                                | "size": 512
          overlay_size                        | "overlay_size": "10XB"
          overlay_size                        | "overlay_size": "9999999TB"
          env                                 | "env": {"1A": "b"}
          env                                 | "env": ["A=b"]
          env.A                               | "env": {"A": "\\u0000"}
          env.A                               | "env": {"A": 1}
          cmd                                 | "cmd": "sh -c true"
          cmd                                 | "cmd": ["a\\u0000"]
          entrypoint                          | "entrypoint": {}
          working_dir                         | "working_dir": "srv"
          working_dir                         | "working_dir": "/srv/../etc"
          user                                | "user": "a b"
          ports[0]                            | "ports": ["80"]
          ports[0]                            | "ports": ["0:80"]
          ports[0]                            | "ports": ["8080:99999"]
          ports[0]                            | "ports": ["8080:80/sctp"]
          ports[0]                            | "ports": ["300.0.0.1:8080:80"]
          ports[0]                            | "ports": [8080]
          ports[0]                            | "ports": [{"host_port": 8080}]
          ports[0]                            | "ports": [{"host_port": 8080, "guest_port": 80, "x": 1}]
          ports[1]                            | "ports": ["8080:80", {"host_port": 8080, "guest_port": 81}]
          ports                               | "ports": "8080:80"
          ports                               | "ports": ["8080:80"], "network": {"enabled": false}
          network.bandwidth_download          | "network": {"bandwidth_download": "fast"}
          network.bandwidth_upload            | "network": {"bandwidth_upload": "1GB"}
          network.enabled                     | "network": {"enabled": "yes"}
          restart_policy.policy               | "restart_policy": {"policy": "sometimes"}
          restart_policy.max_attempts         | "restart_policy": {"policy": "always", "max_attempts": -1}
          health_check.type                   | "health_check": {"type": "icmp"}
          health_check.type                   | "health_check": {"http": {"port": 80}}
          health_check.http                   | "health_check": {"type": "http"}
          health_check.http.port              | "health_check": {"type": "http", "http": {"port": 0}}
          health_check.http.path              | "health_check": {"type": "http", "http": {"port": 80, "path": "x"}}
          health_check.tcp.port               | "health_check": {"type": "tcp", "tcp": {"port": 70000}}
          health_check.exec.command           | "health_check": {"type": "exec", "exec": {"command": []}}
          health_check.interval               | "health_check": {"type": "tcp", "tcp": {"port": 80}, "interval": "10ms"}
          health_check.timeout                | "health_check": {"type": "tcp", "tcp": {"port": 80}, "timeout": "0s"}
          health_check.failure_threshold      | "health_check": {"type": "tcp", "tcp": {"port": 80}, "failure_threshold": 0}
          health_check.success_threshold      | "health_check": {"type": "tcp", "tcp": {"port": 80}, "success_threshold": -1}
          health_check.type                   | "health_check": {"type": "tcp", "tcp": {"port": 80}}, "network": {"enabled": false}
          health_check.http.expected_status   | "health_check": {"type": "http", "http": {"port": 80, "expected_status": 20}}
          health_check.exec.working_dir       | "health_check": {"type": "exec", "exec": {"command": ["a"], "working_dir": "here"}}
          restart_policy.backoff              | "restart_policy": {"policy": "always", "backoff": "-1s"}
          restart_policy.stable_after         | "restart_policy": {"stable_after": "1ms"}
          network.name                        | "name": "web", "network": {"name": "Blue Net"}
          network.name                        | "name": "web", "network": {"name": "blue", "enabled": false}
          network.egress                      | "network": {"egress": "some"}
          network.egress                      | "network": {"egress": ["192.0.2.1/24"]}
          network.egress                      | "network": {"egress": ["192.0.2.0/24", null]}
          network.egress                      | "network": {"egress": "none", "outbound": true}
          auto_standby.idle_timeout           | "auto_standby": {"enabled": true, "idle_timeout": "1ms"}
          auto_standby                        | "auto_standby": {"enabled": true}, "network": {"enabled": false}
          ttl                                 | "ttl": "-1h"
          ttl                                 | "ttl": "soon"
          ttl                                 | "ttl": "1ms"
          expires_at                          | "expires_at": "2001-01-01T00:00:00Z"
          expires_at                          | "expires_at": "tomorrow"
          expires_at                          | "ttl": "1h", "expires_at": "2100-01-01T00:00:00Z"
          volumes[0].mount_path               | "volumes": [{"volume_id": "v", "mount_path": "data"}]
          volumes[0].volume_id                | "volumes": [{"volume_id": "", "mount_path": "/data"}]
          volumes[0].overlay                  | "volumes": [{"volume_id": "v", "mount_path": "/d", "overlay": true}]
          volumes[1].mount_path               | "volumes": [{"volume_id": "v", "mount_path": "/d"}, {"volume_id": "w", "mount_path": "/d"}]
          tags                                | "tags": ["a"]
          tags.a                              | "tags": {"a": "\\u0000"}
          protect                             | "protect": "yes"
          wait                                | "wait": 1
          nmae                                | "nmae": "web"
          """)
  void aBadFieldIsNamedWithARemedy(String field, String fields) throws Exception {
    ProblemDetails problem = refused(fields, 400);
    assertThat(problem.field()).contains(field);
    assertThat(problem.code()).isIn("request.invalid", "image.invalid");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          credentials                           | "credentials": {"A": {}}
          devices                               | "devices": ["gpu0"]
          gpu                                   | "gpu": {"profile": "L40S-1Q"}
          disk_io_bps                           | "disk_io_bps": "100MB/s"
          hotplug_size                          | "hotplug_size": "1GB"
          snapshot_policy                       | "snapshot_policy": {"compression": {"enabled": true}}
          skip_guest_agent                      | "skip_guest_agent": true
          hypervisor                            | "hypervisor": "firecracker"
          platform                              | "platform": "linux/riscv64"
          network.egress                        | "network": {"egress": {"enabled": true}}
          health_check.http.scheme              | "health_check": {"type": "http", "http": {"port": 1, "scheme": "https"}}
          auto_standby.ignore_source_cidrs      | "auto_standby": {"enabled": true, "ignore_source_cidrs": ["10.0.0.0/8"]}
          auto_standby.ignore_destination_ports | "auto_standby": {"enabled": true, "ignore_destination_ports": [22]}
          """)
  void whatIsNotBuiltIsSaidByName(String field, String fields) throws Exception {
    ProblemDetails problem = refused(fields, 501);
    assertThat(problem.field()).contains(field);
    assertThat(problem.code()).isEqualTo("request.unsupported");
    assertThat(problem.detail()).contains("not there yet");
  }

  private ProblemDetails refused(String fields, int status) throws Exception {
    String rest =
        (fields.contains("\"name\":") ? "" : "\"name\": \"web\", ")
            + (fields.contains("\"image\":") ? "" : "\"image\": \"nginx:alpine\", ");
    HttpResponse<String> answer = server.post("/v1/instances", "{" + rest + fields + "}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(server.node.instances().list(Set.of())).isEmpty();
    ProblemDetails problem = TestServer.problem(answer);
    assertThat(problem.remediation()).isNotBlank();
    assertThat(problem.message()).isEqualTo(problem.detail());
    return problem;
  }

  @Test
  void everythingThatCanBeSaidIsTakenAndShownAgain() throws Exception {
    HttpResponse<String> answer =
        server.post(
            "/v1/instances?wait=true",
            """
            {"name": "web", "image": "nginx:alpine", "vcpus": 2, "size": "512MB",
             "overlay_size": "2G", "env": {"A": "b"}, "cmd": ["-g"], "entrypoint": ["nginx"],
             "working_dir": "/srv", "user": "nginx:nginx",
             "network": {"bandwidth_download": "1Gbps", "bandwidth_upload": "10MB/s", "egress": ["192.0.2.0/24", "198.51.100.7"], "name": "blue"},
             "ports": ["8080:80", "53:53/udp", {"host_address": "0.0.0.0", "host_port": 8443, "guest_port": 443}],
             "restart_policy": {"policy": "on_failure", "max_attempts": 3, "backoff": "5s", "stable_after": "1m"},
             "health_check": {"type": "http", "http": {"port": 80, "expected_status": 204}},
             "auto_standby": {"enabled": true, "idle_timeout": "10m"}, "ttl": "8h",
             "tags": {"team": "blue"}, "hypervisor": "qemu-microvm", "skip_kernel_headers": true,
             "devices": [], "gpu": null, "credentials": {}}
            """);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    Instance web = WireJson.read(answer.body(), Instance.class);
    assertThat(web.size()).isEqualTo("512MB");
    assertThat(web.overlaySize()).isEqualTo("2GB");
    assertThat(web.network().bandwidthDownload()).contains("125MB/s");
    assertThat(web.network().egress()).contains(List.of("192.0.2.0/24", "198.51.100.7"));
    assertThat(web.network().name()).contains("blue");
    assertThat(web.healthCheck().orElseThrow().http().orElseThrow().expectedStatus()).contains(204);
    assertThat(web.restartPolicy().backoff()).contains(Duration.ofSeconds(5));
    assertThat(web.restartPolicy().stableAfter()).contains(Duration.ofMinutes(1));
    assertThat(web.ports()).extracting(PortMapping::hostPort).containsExactly(8080, 53, 8443);
    assertThat(web.healthCheck().orElseThrow().interval()).contains(Duration.ofSeconds(10));
    assertThat(web.healthStatus().status()).isIn("starting", "healthy");
    assertThat(web.autoStandby().orElseThrow().idleTimeout()).contains(Duration.ofMinutes(10));
    assertThat(web.expiresAt()).contains(web.createdAt().plus(Duration.ofHours(8)));
    assertThat(web.restartPolicy().policy()).contains("on_failure");
    assertThat(web.user()).contains("nginx:nginx");
  }

  @Test
  void otherBodiesAreCheckedTheSameWay() throws Exception {
    server.run("web");
    assertField(server.post("/v1/instances/web/stop", "{\"grace\":\"x\"}"), 400, "grace");
    assertField(server.post("/v1/instances/web/stop", "{\"grace\":\"2h\"}"), 400, "grace");
    assertField(server.post("/v1/instances/web/start", "{\"cmd\":[\"a\\u0000\"]}"), 400, "cmd");
    assertField(server.patch("/v1/instances/web", "{\"ttl\":\"1h\"}"), 501, "ttl");
    assertField(
        server.post("/v1/instances/web/standby", "{\"compression\":{\"enabled\":true}}"),
        501,
        "compression");
    assertField(
        server.post("/v1/instances/web/restore", "{\"target_state\":\"Failed\"}"),
        400,
        "target_state");
    assertField(server.get("/v1/instances/web/stop?timeout=x"), 405, "");
    assertField(server.get("/v1/instances?tags=a"), 400, "tags");
    assertField(server.get("/v1/instances?cursor=x"), 400, "cursor");
    assertField(server.post("/v1/images/prune", "{\"keep\":\"x\"}"), 400, "keep");
    assertField(server.post("/v1/images", "{\"name\":\"a\",\"tags\":{\"a\":\"b\"}}"), 501, "tags");
  }

  private static void assertField(HttpResponse<String> answer, int status, String field) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(TestServer.problem(answer).field().orElse("")).isEqualTo(field);
  }
}
