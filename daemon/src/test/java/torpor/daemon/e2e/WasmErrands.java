package torpor.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import torpor.wire.Durations;
import torpor.wire.JobResult;

/// Errands with programs that are checkpointed.
final class WasmErrands {
  private static final int NAP_MILLIS = 150;

  /// Patient with dying daemons, and with nothing else.
  static final Optional<String> PATIENT =
      Optional.of(
          "{\"max_attempts\":6,\"crash_loop_limit\":100000,"
              + "\"backoff\":{\"kind\":\"fixed\",\"initial\":\"50ms\"}}");

  private WasmErrands() {}

  /// @param corpus a directory of text for the demo's program
  static void define(Client client, Path corpus) {
    client.define("counter", "wasm", Guests.wasm("c/examples/counter.wasm"), PATIENT);
    client.define("sleeper", "wasm", Guests.wasm("c/examples/sleeper.wasm"), PATIENT);
    client.define(
        "indexer",
        "wasm",
        "{\"module\":%s,\"mounts\":[{\"source\":%s,\"target\":\"/corpus\"}]}"
            .formatted(
                Guests.quoted(Guests.file("demo/indexer.wasm").toString()),
                Guests.quoted(corpus.toString())),
        PATIENT);
  }

  /// A checkpoint each step and a nap after it; now and then somebody ends a nap by hand.
  record Counting() implements Errand {
    private static final Pattern STEP =
        Pattern.compile("^step (\\d+) of \\d+, sum \\d+$", Pattern.MULTILINE);

    @Override
    public void run(Client client, RandomGenerator random, Consumer<String> spawned) {
      int steps = 3 + random.nextInt(8);
      boolean naps = random.nextInt(3) > 0;
      String job =
          client.spawn(
              "counter", "{\"count\":%d,\"pause_ms\":%d}".formatted(steps, naps ? NAP_MILLIS : 0));
      spawned.accept(job);
      int wakes = 0;
      if (naps && random.nextInt(3) == 0) {
        client.awaitHappened(job, "job.suspended", 1);
        wakes += client.wake(job).good() ? 1 : 0;
      }
      check(client.output(job), steps);
      long sum = (long) steps * (steps + 1) * (2L * steps + 1) / 6;
      assertThat(client.output(job).get("sum").asLong()).isEqualTo(sum);
      History history = client.ended(job, "job.completed").neverRollsBack().everySleepEndsOnce();
      assertThat(history.count("job.checkpointed"))
          .as("one checkpoint for each token of %s", history)
          .isEqualTo(naps ? 2L * steps : steps);
      assertThat(history.count("job.woken"))
          .as("one end for each nap of %s", history)
          .isEqualTo(naps ? steps : 0);
      assertThat(history.count("job.woken", "by", "manual"))
          .as("acknowledged wakes of %s", history)
          .isEqualTo(wakes);
      neverGoesBack(client.console(job));
    }

    private static void check(JsonNode output, int steps) {
      assertThat(output.get("count").asInt()).isEqualTo(steps);
    }

    /// The line of a step is printed once its checkpoint is acknowledged, so no later life may
    /// begin before it.
    private static void neverGoesBack(String console) {
      int last = 0;
      for (int step : STEP.matcher(console).results().map(Counting::number).toList()) {
        assertThat(step).as("after step %d in\n%s", last, console).isBetween(last, last + 1);
        last = step;
      }
    }

    private static int number(MatchResult line) {
      return Integer.parseInt(line.group(1));
    }
  }

  /// Two sleeps of a second, then a wait for a signal that comes at any time, also long before.
  record Sleeping() implements Errand {
    @Override
    public void run(Client client, RandomGenerator random, Consumer<String> spawned) {
      String job = client.spawn("sleeper", "null");
      spawned.accept(job);
      String payload = "{\"number\":%d}".formatted(random.nextInt(1_000_000));
      Client.pass(Duration.ofMillis(random.nextInt(4_000)));
      assertThat(client.signal(job, "go", payload).status()).isEqualTo(202);
      assertThat(client.output(job)).hasToString("{\"signal\":" + payload + "}");
      History history = client.ended(job, "job.completed").neverRollsBack().everySleepEndsOnce();
      // A signal that is there already is taken without falling asleep.
      long waits = history.count("job.woken", "by", "signal go");
      assertThat(waits).as("of %s", history).isLessThanOrEqualTo(1);
      assertThat(history.count("job.woken", "by", "timer")).as("of %s", history).isEqualTo(2);
      assertThat(history.count("job.checkpointed")).as("of %s", history).isEqualTo(2 + waits);
      assertThat(history.count("job.signal_received")).as("of %s", history).isEqualTo(1);
    }
  }

  /// Real work on real text; the same result as without kills.
  ///
  /// @param undisturbed what the program says of this corpus when nobody disturbs it
  record Indexing(String undisturbed) implements Errand {
    static final String PARAMS = "{\"checkpoint_every_mb\":1}";

    @Override
    public void run(Client client, RandomGenerator random, Consumer<String> spawned) {
      String job = client.spawn("indexer", PARAMS);
      spawned.accept(job);
      assertThat(client.output(job)).hasToString(undisturbed);
      client.ended(job, "job.completed").neverRollsBack();
    }
  }

  /// Cancelled at any moment of its life.
  record Cancelling() implements Errand {
    @Override
    public void run(Client client, RandomGenerator random, Consumer<String> spawned) {
      String job = client.spawn("sleeper", "null");
      spawned.accept(job);
      Client.pass(Duration.ofMillis(random.nextInt(3_000)));
      assertThat(client.cancel(job).status()).isEqualTo(200);
      JobResult result = client.result(job);
      assertThat(result.state()).isEqualTo("cancelled");
      client.ended(job, "job.cancelled").neverRollsBack();
    }
  }

  /// A module that nobody has added before, and a job of it.
  ///
  /// @param directory for the module's file
  record Adding(Path directory) implements Errand {
    private static final int CUSTOM_SECTION = 0;

    @Override
    public void run(Client client, RandomGenerator random, Consumer<String> spawned) {
      String name = "added-%016x".formatted(random.nextLong());
      Path module = directory.resolve(name + ".wasm");
      write(module, name);
      client.define(name, "wasm", "{\"module\":%s}".formatted(Guests.quoted(module + "")), PATIENT);
      String job = client.spawn(name, "{\"count\":2}");
      spawned.accept(job);
      assertThat(client.output(job).get("sum").asLong()).isEqualTo(5);
      client.ended(job, "job.completed").neverRollsBack();
    }

    /// The counter, with its new name in a section that means nothing.
    private static void write(Path module, String name) {
      byte[] text = name.getBytes(StandardCharsets.US_ASCII);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try {
        bytes.writeBytes(Files.readAllBytes(Guests.file("c/examples/counter.wasm")));
        bytes.write(CUSTOM_SECTION);
        bytes.write(text.length + 1);
        bytes.write(text.length);
        bytes.writeBytes(text);
        Files.write(module, bytes.toByteArray());
      } catch (IOException e) {
        throw new UncheckedIOException("write " + module, e);
      }
    }
  }

  /// The setting that makes naps durable.
  static List<String> options() {
    return List.of(
        "--set", "wasm.durable_sleep=" + Durations.format(Duration.ofMillis(NAP_MILLIS / 2)));
  }
}
