package torpor.runtime.wasm.guest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.WasmInterruptedException;
import torpor.runtime.wasm.files.PrivateFiles;
import torpor.runtime.wasm.snapshot.GuestState;
import torpor.runtime.wasm.snapshot.GuestState.TakenSignal;
import torpor.runtime.wasm.snapshot.PageFiles;
import torpor.runtime.wasm.snapshot.PendingCall;
import torpor.runtime.wasm.snapshot.SnapshotException;
import torpor.runtime.wasm.snapshot.SnapshotReader;
import torpor.runtime.wasm.snapshot.SnapshotWriter;
import torpor.runtime.wasm.wasi.DescriptorTable;
import torpor.runtime.wasm.wasi.GuestClock;
import torpor.runtime.wasm.wasi.OutputSink;
import torpor.runtime.wasm.wasi.Sleeper;

/// One guest: a module's instance with its memory, files and descriptors, running or suspended.
///
/// Not thread-safe, except {@link #interrupt}: the caller orders run, snapshot, resume and close.
public final class Guest implements AutoCloseable {
  private final PreparedModule prepared;
  private final GuestSetup setup;
  private final PrivateFiles files;
  private final DescriptorTable descriptors;
  private final GuestClock clock;
  private final SnapshotWriter writer;
  private final Machinery machinery;
  private final GuestRun runs;
  private final Optional<PageFiles> source;
  private final Deque<TakenSignal> inbox = new ArrayDeque<>();
  private long sleeps;
  private byte @Nullable [] stack;

  private Guest(
      PreparedModule prepared,
      GuestSetup setup,
      PrivateFiles files,
      SnapshotWriter writer,
      Optional<SnapshotReader.Opened> opened)
      throws IOException {
    this.prepared = prepared;
    this.setup = setup;
    this.files = files;
    this.writer = writer;
    this.descriptors = setup.descriptors(files);
    this.source = opened.map(SnapshotReader.Opened::pages);
    Optional<GuestState> state = opened.map(SnapshotReader.Opened::state);
    this.clock =
        state
            .map(s -> GuestClock.resuming(s.clock(), setup.host().clock(), System::nanoTime))
            .orElseGet(() -> GuestClock.starting(setup.host().clock(), System::nanoTime));
    this.machinery = Machinery.build(prepared, setup, descriptors, clock, new Waits(), opened);
    this.runs =
        new GuestRun(
            setup, machinery.memory()::growRefused, state.map(GuestState::cpuNanos).orElse(0L));
    state.ifPresent(this::takeOver);
  }

  private void takeOver(GuestState state) {
    descriptors.restore(state.descriptors());
    files.dropOrphans();
    sleeps = state.sleeps();
    inbox.addAll(state.inbox());
    stack = state.stack();
  }

  /// A guest at its very beginning, with an empty private directory.
  public static Guest fresh(PreparedModule module, GuestSetup setup, SnapshotWriter writer)
      throws IOException {
    PrivateFiles files =
        PrivateFiles.empty(setup.segments(), setup.limits().fileBytes(), setup.host().clock());
    return made(module, setup, files, writer, Optional.empty());
  }

  /// A guest as it was when the snapshot was taken; it waits for {@link #resume}.
  public static Guest restored(
      PreparedModule module, GuestSetup setup, SnapshotWriter writer, Path snapshot)
      throws SnapshotException, IOException {
    SnapshotReader.Opened opened =
        SnapshotReader.open(
            snapshot,
            module.digest(),
            setup.segments(),
            setup.limits().fileBytes(),
            setup.host().clock(),
            writer);
    return made(module, setup, opened.files(), writer, Optional.of(opened));
  }

  /// A guest that cannot be made leaves nothing open.
  private static Guest made(
      PreparedModule module,
      GuestSetup setup,
      PrivateFiles files,
      SnapshotWriter writer,
      Optional<SnapshotReader.Opened> opened)
      throws IOException {
    try {
      return new Guest(module, setup, files, writer, opened);
    } catch (IOException | RuntimeException e) {
      opened.map(SnapshotReader.Opened::pages).ifPresent(PageFiles::close);
      files.close();
      throw e;
    }
  }

  /// A writer for this guest's snapshots.
  public static SnapshotWriter writer(PreparedModule module, GuestSetup setup) {
    return new SnapshotWriter(module.digest(), setup.pages());
  }

  /// Runs from the beginning on a thread of its own, until the future says why it stopped.
  public CompletableFuture<RunOutcome> run() {
    return runs.start(this::execute);
  }

  /// Answers the call in which the guest is suspended, and runs on.
  public CompletableFuture<RunOutcome> resume(Resumption answer) {
    byte[] frames = stack;
    if (frames == null) {
      throw new IllegalStateException("only a suspended guest can be resumed");
    }
    stack = null;
    return runs.start(() -> {
      machinery.asyncify().rewind(frames, pending(), answer);
      return execute();
    });
  }

  private RunOutcome execute() {
    machinery.callEntry();
    if (!machinery.asyncify().unwinding()) {
      return new RunOutcome.Exited(0);
    }
    stack = machinery.asyncify().takeStack();
    return new RunOutcome.Suspended(pending());
  }

  /// The call in which the guest is, or last was, suspended.
  public PendingCall pending() {
    return machinery.asyncify().pending();
  }

  /// Writes the suspended guest into a directory; see {@link SnapshotWriter#write}.
  public SnapshotWriter.Written snapshot(Path directory, int number) throws SnapshotException {
    byte[] frames = stack;
    if (frames == null) {
      throw new IllegalStateException("only a suspended guest can be frozen");
    }
    GuestState state =
        machinery.state(
            frames,
            sleeps,
            runs.cpuNanos(),
            setup.environment(),
            clock.reading(),
            descriptors.save(),
            List.copyOf(inbox));
    return writer.write(directory, number, state, machinery.memory(), files);
  }

  /// Ends a running guest soon, wherever it is; it cannot be resumed. Any thread may call this.
  public void interrupt() {
    runs.interrupt(GuestRun.Reason.KILLED);
  }

  public String module() {
    return prepared.digest();
  }

  /// Frees everything the guest holds in memory; its directory stays.
  @Override
  public void close() {
    machinery.memory().close();
    source.ifPresent(PageFiles::close);
    try {
      descriptors.closeAll();
    } finally {
      closeFiles();
    }
  }

  private void closeFiles() {
    try {
      files.close();
    } catch (IOException e) {
      throw new UncheckedIOException("closing the private directory of " + setup.name(), e);
    }
  }

  /// How this guest's calls wait.
  private final class Waits implements Sleeper, TorporCalls.Caller {
    @Override
    public Asyncify asyncify() {
      return machinery.asyncify();
    }

    @Override
    public HostServices services() {
      return setup.services();
    }

    /// The engine gives all signals of a name at once. Those not asked for yet are kept with the
    /// guest, and so in its snapshots: the engine forgets them with the next one.
    @Override
    public Optional<byte[]> takeSignal(String name) {
      if (inbox.stream().noneMatch(signal -> signal.name().equals(name))) {
        services().takeSignals(name).forEach(p -> inbox.add(new TakenSignal(name, p)));
      }
      Optional<TakenSignal> oldest =
          inbox.stream().filter(signal -> signal.name().equals(name)).findFirst();
      oldest.ifPresent(inbox::remove);
      return oldest.map(TakenSignal::payload);
    }

    @Override
    public String nextSleepToken() {
      return "sleep-" + ++sleeps;
    }

    @Override
    public Duration durableFrom() {
      return setup.durableFrom();
    }

    @Override
    public void explain(String problem) {
      setup.sink().write(OutputSink.Stream.STDERR, (problem + "\n").getBytes(UTF_8));
    }

    @Override
    public boolean resumedFromSleep() {
      if (!asyncify().rewinding()) {
        return false;
      }
      PendingCall call = asyncify().pending();
      // A libc's sleep has no way to say that it could not be made durable, so it still has to
      // wait.
      if (asyncify().finishRewind().code() < 0 && call instanceof PendingCall.Sleep sleep) {
        waitInPlace(sleep.duration());
      }
      return true;
    }

    @Override
    public boolean sleep(Duration duration) {
      if (duration.compareTo(durableFrom()) < 0) {
        waitInPlace(duration);
        return true;
      }
      asyncify().unwind(new PendingCall.Sleep(nextSleepToken(), duration));
      return false;
    }

    @Override
    public void waitInPlace(Duration duration) {
      try {
        boolean opened = new CountDownLatch(1).await(duration.toNanos(), TimeUnit.NANOSECONDS);
        if (opened) {
          throw new IllegalStateException("nobody opens this latch");
        }
      } catch (InterruptedException e) {
        throw new WasmInterruptedException(e);
      }
    }
  }
}
