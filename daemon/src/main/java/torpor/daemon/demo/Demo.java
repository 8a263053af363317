package torpor.daemon.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.output.ProgressLine;
import torpor.wire.Event;
import torpor.wire.Job;
import torpor.wire.JobResult;
import torpor.wire.RawJson;
import torpor.wire.Waker;

/// The demo, from beginning to end. Used once.
final class Demo implements AutoCloseable {
  private static final double MEGABYTE = 1 << 20;
  private static final int CHECKPOINT_EVERY_MB = 4;

  /// Nothing happens for so long only where something is wrong.
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final int MOST_LOOKS = 100;
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

  private final Path home;
  private final PrintStream out;
  private final PrintStream err;
  private final boolean drawn;
  private final Stopwatch stopwatch = new Stopwatch();
  private Optional<DaemonProcess> daemon = Optional.empty();
  private long lastSequence;

  /// @param home an empty directory
  /// @param drawn whether `err` is a terminal
  Demo(Path home, PrintStream out, PrintStream err, boolean drawn) {
    this.home = home;
    this.out = out;
    this.err = err;
    this.drawn = drawn;
  }

  /// @return whether both results are the same
  boolean run(long corpusBytes, double buildSeconds) throws IOException, InterruptedException {
    stopwatch.before("building Torpor", buildSeconds);
    Corpus corpus =
        CorpusWriter.write(
            home.resolve("corpus"), Path.of(System.getProperty("java.home")), corpusBytes);
    say("corpus", describe(corpus));
    stopwatch.lap("unpacking the corpus");

    startDaemon();
    JobResult killed;
    JobResult undisturbed;
    try (DemoClient client = new DemoClient(home)) {
      client.addDefinition(unpackModule(), corpus.directory());
      stopwatch.lap("starting the daemon, adding the definition");
      String job = client.spawn(CHECKPOINT_EVERY_MB);
      say("job", job + " spawned");
      indexUntilHalf(client, job, corpus);
      kill();
      stopwatch.lap("first half of the job");
      startDaemon();
      stopwatch.lap("starting the daemon again");
      goOn(client, job, corpus);
      stopwatch.lap("second half of the job");
      asleep(client, job);
      client.signal(job);
      say("signal", DemoClient.SIGNAL + " sent");
      killed = client.result(job, PATIENCE);
      stopwatch.lap("asleep, woken by the signal, verified");
      undisturbed = undisturbed(client, corpus);
      stopwatch.lap("the same job without a kill");
    }
    boolean equal = compare(killed, undisturbed);
    stopDaemon();
    out.print("time\n" + stopwatch);
    return equal;
  }

  private String describe(Corpus corpus) {
    String documents = corpus.documents() > 0 ? corpus.documents() + " files, " : "";
    return "%s%.0f MB from %s".formatted(documents, corpus.bytes() / MEGABYTE, corpus.origin());
  }

  private void startDaemon() throws IOException {
    DaemonProcess started = DaemonProcess.start(home);
    daemon = Optional.of(started);
    say("daemon", "process " + started.pid() + " is ready");
  }

  private void kill() {
    daemon.ifPresent(victim -> {
      victim.kill();
      say("kill", "kill -9 " + victim.pid());
    });
  }

  private void stopDaemon() {
    daemon.ifPresent(DaemonProcess::close);
    daemon = Optional.empty();
  }

  private Path unpackModule() throws IOException {
    Path module = home.resolve("indexer.wasm");
    try (InputStream in = Demo.class.getResourceAsStream("indexer.wasm")) {
      if (in == null) {
        throw new IllegalStateException("the demo's program is missing from this build");
      }
      Files.copy(in, module);
    }
    return module;
  }

  /// Returns in the middle of the work that follows a checkpoint past half of the corpus.
  private void indexUntilHalf(DemoClient client, String job, Corpus corpus)
      throws IOException, InterruptedException {
    try (JobWatch watch = client.watch(job, 0);
        ProgressLine progress = new ProgressLine("indexing", err, drawn)) {
      long lastAt = System.nanoTime();
      while (true) {
        Event event = next(watch, client, job);
        if (!event.kind().equals("job.checkpointed")) {
          continue;
        }
        long interval = System.nanoTime() - lastAt;
        lastAt = System.nanoTime();
        if (show(progress, event, client, job, corpus) >= corpus.bytes() / 2) {
          // Half an interval later the program is surely busy with what is not saved yet.
          watch.next(Duration.ofNanos(interval / 2));
          return;
        }
      }
    }
  }

  private void goOn(DemoClient client, String job, Corpus corpus)
      throws IOException, InterruptedException {
    try (JobWatch watch = client.watch(job, lastSequence);
        ProgressLine progress = new ProgressLine("indexing", err, drawn)) {
      while (true) {
        Event event = next(watch, client, job);
        switch (event.kind()) {
          case "job.restored" -> restored(progress, client, job, corpus);
          case "job.checkpointed" -> show(progress, event, client, job, corpus);
          case "job.suspended" -> {
            awaitNoMachine(client, watch);
            return;
          }
          case "job.starting" ->
              throw new CommandFailure(
                  ExitCode.REFUSED,
                  "the job began again from its start",
                  "it should have gone on from its checkpoint",
                  "look at the daemon's log:\n" + log());
          default -> {
            // Told by what follows it.
          }
        }
      }
    }
  }

  /// The sleep is durable first and its memory freed right after; the metrics tell when, and they
  /// have no events.
  private static void awaitNoMachine(DemoClient client, JobWatch watch)
      throws InterruptedException {
    for (int asked = 0; asked < MOST_LOOKS && client.machines() > 0; asked++) {
      watch.next(BETWEEN_LOOKS);
    }
  }

  private static void restored(
      ProgressLine progress, DemoClient client, String job, Corpus corpus) {
    Job restored = client.job(job);
    int snapshot = restored.restoredFrom().orElse(0);
    long bytes = client.bytesIndexed(job, snapshot).orElse(0L);
    progress.note(
        line(
            "restored",
            "generation %d, from checkpoint %d: %.0f MB were not done again"
                .formatted(restored.generation(), snapshot, bytes / MEGABYTE)));
    progress.at(
        100.0 * bytes / corpus.bytes(),
        "%.0f MB, checkpoint %d".formatted(bytes / MEGABYTE, snapshot));
  }

  private void asleep(DemoClient client, String job) {
    Job sleeping = client.job(job);
    String signal = sleeping.waker().flatMap(Waker::signal).orElse("?");
    say(
        "asleep",
        "state %s, waits for signal %s, machines in memory: %d"
            .formatted(sleeping.state(), signal, client.machines()));
  }

  private JobResult undisturbed(DemoClient client, Corpus corpus)
      throws IOException, InterruptedException {
    String job = client.spawn(CHECKPOINT_EVERY_MB);
    say("job", job + " spawned: the same without a kill");
    client.signal(job);
    lastSequence = 0;
    try (JobWatch watch = client.watch(job, 0);
        ProgressLine progress = new ProgressLine("indexing", err, drawn)) {
      while (true) {
        Event event = next(watch, client, job);
        if (event.kind().equals("job.checkpointed")) {
          show(progress, event, client, job, corpus);
        } else if (event.kind().equals("job.completed")) {
          return client.result(job, PATIENCE);
        }
      }
    }
  }

  private Event next(JobWatch watch, DemoClient client, String job) throws InterruptedException {
    Event event =
        watch
            .next(PATIENCE)
            .orElseThrow(() ->
                new CommandFailure(
                    ExitCode.UNAVAILABLE,
                    "nothing happened for " + PATIENCE.toSeconds() + " s",
                    "job " + job + " is " + client.job(job).state(),
                    "look at the daemon's log:\n" + log()));
    lastSequence = event.sequence();
    if (event.kind().equals("job.failed")) {
      throw new CommandFailure(
          ExitCode.REFUSED,
          "the job failed",
          event.attributes().toString(),
          "look at the daemon's log:\n" + log());
    }
    return event;
  }

  /// @return how much of the corpus that checkpoint holds
  private static long show(
      ProgressLine progress, Event checkpoint, DemoClient client, String job, Corpus corpus) {
    int snapshot = Integer.parseInt(checkpoint.attributes().getOrDefault("snapshot", "0"));
    long bytes = client.bytesIndexed(job, snapshot).orElse(corpus.bytes());
    progress.at(
        100.0 * bytes / corpus.bytes(),
        "%.0f MB, checkpoint %d".formatted(bytes / MEGABYTE, snapshot));
    return bytes;
  }

  private boolean compare(JobResult killed, JobResult undisturbed) {
    String first = killed.output().map(RawJson::text).orElse("no output");
    String second = undisturbed.output().map(RawJson::text).orElse("no output");
    boolean completed =
        killed.state().equals("completed") && undisturbed.state().equals("completed");
    boolean equal = completed && first.equals(second);
    out.println("killed and restored: " + first);
    out.println("undisturbed:         " + second);
    out.println(equal ? "equal" : "NOT EQUAL (" + killed.state() + "/" + undisturbed.state() + ")");
    return equal;
  }

  private String log() {
    return daemon.map(DaemonProcess::lastLines).orElse("");
  }

  private void say(String what, String detail) {
    err.println(line(what, detail));
  }

  private static String line(String what, String detail) {
    return "%-9s %s".formatted(what, detail);
  }

  @Override
  public void close() {
    stopDaemon();
  }
}
