package torpor.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/// Errands with ordinary programs, which go on while no daemon runs.
final class ProcessErrands {
  private ProcessErrands() {}

  static void define(Client client, String python, Path recorder) {
    client.define("recorder", "process", Guests.python(python, recorder), WasmErrands.PATIENT);
    client.define(
        "shell",
        "process",
        Guests.command("/bin/sh", Guests.file("shell/worker.sh").toString()),
        WasmErrands.PATIENT);
    client.define(
        "sitter", "process", Guests.shell("sleep 600 & sleep 600 & wait"), WasmErrands.PATIENT);
  }

  /// Steps that are written down, failures that are retried, signals that are taken, a result.
  ///
  /// @param data the daemon's data directory
  record Recording(Path data) implements Errand {
    @Override
    public void run(Client client, RandomGenerator random, Consumer<String> spawned) {
      int steps = 2 + random.nextInt(8);
      int failures = random.nextInt(3);
      int signals = random.nextInt(4);
      String job =
          client.spawn(
              "recorder",
              "{\"steps\":%d,\"pause_ms\":%d,\"failures\":%d,\"signals\":%d}"
                  .formatted(steps, 20 + random.nextInt(200), failures, signals));
      spawned.accept(job);
      List<String> sent = new ArrayList<>();
      for (int i = 0; i < signals; i++) {
        Client.pass(Duration.ofMillis(random.nextInt(700)));
        String payload = "\"signal-%d-%d\"".formatted(i, random.nextInt(1_000_000));
        assertThat(client.signal(job, "news", payload).status()).isEqualTo(202);
        sent.add(payload);
      }
      JsonNode output = client.output(job);
      History history = client.ended(job, "job.completed");
      assertThat(output.get("signals").values().stream().map(JsonNode::toString))
          .as("signals of %s", history)
          .containsExactlyElementsOf(sent);
      assertThat(history.count("job.signal_received")).as("of %s", history).isEqualTo(signals);
      record(job, history, steps, failures);
    }

    /// Lives do not overlap, and the last one did each step once and in order.
    private void record(String job, History history, int steps, int failures) {
      List<String> record = lines(job);
      List<Integer> lives =
          record.stream().map(line -> Integer.parseInt(line.split(" ", -1)[1])).toList();
      assertThat(lives).as("one life at a time, in %s\nof %s", record, history).isSorted();
      int last = lives.getLast();
      List<String> ofLast =
          record.stream().filter(line -> line.startsWith("step " + last + " ")).toList();
      assertThat(ofLast)
          .as("steps of the last life, in %s\nof %s", record, history)
          .isEqualTo(
              IntStream.rangeClosed(1, steps)
                  .mapToObj(n -> "step %d %d".formatted(last, n))
                  .toList());
      assertThat(record.stream().filter(line -> line.startsWith("fail ")))
          .as("failures in %s\nof %s", record, history)
          .hasSize(failures);
      long lost = history.count("job.starting") - 1 - failures;
      assertThat(record.stream().filter(line -> line.startsWith("life ")).count())
          .as("lives in %s\nof %s", record, history)
          .isBetween(1L + failures, 1L + failures + lost);
      assertThat(record.stream().distinct()).as("nothing twice").hasSameSizeAs(record);
    }

    private List<String> lines(String job) {
      try {
        return Files.readAllLines(instance(job).resolve("work").resolve("record"));
      } catch (IOException e) {
        throw new UncheckedIOException("read the record of " + job, e);
      }
    }

    private Path instance(String job) throws IOException {
      try (var all = Files.list(data.resolve("instances"))) {
        return all.filter(path ->
                job.toLowerCase(Locale.ROOT)
                    .endsWith(String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT)))
            .toList()
            .getFirst();
      }
    }
  }

  /// The shell's example worker, which is told that it cannot checkpoint here and goes on.
  record Adding() implements Errand {
    @Override
    public void run(Client client, RandomGenerator random, Consumer<String> spawned) {
      int steps = 1 + random.nextInt(5);
      String job = client.spawn("shell", "{\"steps\":%d}".formatted(steps));
      spawned.accept(job);
      assertThat(client.output(job).get("total").asInt())
          .isEqualTo(steps * (steps + 1) * (2 * steps + 1) / 6);
      client.ended(job, "job.completed");
    }
  }

  /// A tree of processes that would sit for ever, cancelled at any moment.
  record Ending() implements Errand {
    @Override
    public void run(Client client, RandomGenerator random, Consumer<String> spawned) {
      String job = client.spawn("sitter", "null");
      spawned.accept(job);
      Client.pass(Duration.ofMillis(random.nextInt(2_000)));
      assertThat(client.cancel(job).status()).isEqualTo(200);
      assertThat(client.result(job).state()).isEqualTo("cancelled");
      client.ended(job, "job.cancelled");
    }
  }
}
