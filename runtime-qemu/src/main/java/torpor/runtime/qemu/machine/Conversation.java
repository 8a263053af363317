package torpor.runtime.qemu.machine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.runtime.qemu.agent.Agent;
import torpor.runtime.qemu.agent.GuestApiProxy;
import torpor.runtime.qemu.agent.GuestEvents;
import torpor.runtime.qemu.agent.GuestException;
import torpor.runtime.qemu.agent.Records;
import torpor.runtime.qemu.agent.Sessions;
import torpor.runtime.qemu.console.ConsoleLog;
import torpor.runtime.qemu.vmm.MachineFiles;

/// Everything that is said to and by one guest, for one life of its machine: its console, its end,
/// the programs run next to it, and its calls to the daemon. Thread-safe.
final class Conversation implements GuestEvents, AutoCloseable {
  static final long WORKLOAD = 0;
  private static final Logger log = LoggerFactory.getLogger(Conversation.class);
  private static final String PHASE = "phase";
  private static final String TEMPLATE = "template";

  private final ConsoleLog console;
  private final Sessions sessions;
  private final GuestApiProxy proxy;
  private final CompletableFuture<Agent> agent = new CompletableFuture<>();
  private final CompletableFuture<Records> settled = new CompletableFuture<>();
  private final CompletableFuture<Records> workloadEnd = new CompletableFuture<>();

  private Conversation(ConsoleLog console, GuestApiProxy proxy) {
    this.console = console;
    this.sessions = new Sessions();
    this.proxy = proxy;
  }

  /// Connects; whatever is asked from now on is answered when the guest runs.
  ///
  /// @param proxy to where the guest's own connections are carried
  static Conversation open(MachineFiles files, ConsoleLog console, GuestApiProxy proxy)
      throws IOException {
    Conversation conversation = new Conversation(console, proxy);
    Agent agent = Agent.open(files.agent(), conversation);
    conversation.sessions.use(agent);
    proxy.use(agent);
    conversation.agent.complete(agent);
    return conversation;
  }

  Agent agent() {
    return agent.join();
  }

  Sessions sessions() {
    return sessions;
  }

  ConsoleLog console() {
    return console;
  }

  /// Completes with the guest's report when the workload has ended for good.
  CompletableFuture<Records> workloadEnd() {
    return workloadEnd.copy();
  }

  /// Waits until the workload runs, and takes its output from where the console stands.
  ///
  /// @param hello what the guest said of itself
  /// @throws GuestException where it failed, with the reason it gave
  void awaitWorkload(Records hello, Duration patience) throws GuestException {
    Records state = hello;
    if (hello.find(PHASE).orElse(TEMPLATE).equals(TEMPLATE)) {
      try {
        state = settled.get(patience.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException late) {
        throw new GuestException("gone", "the guest did not start its program in time");
      } catch (ExecutionException gone) {
        throw new GuestException("gone", "the guest ended before its program ran");
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new GuestException("gone", "interrupted while the guest starts its program");
      }
    }
    if (state.find(PHASE).orElse("").equals("failed")) {
      throw new GuestException(
          "failed", state.find("error").orElse("the guest could not start its program"));
    }
  }

  /// Asks for the output that the console has not got yet.
  CompletableFuture<Records> attach() {
    return agent().attach(WORKLOAD, console.offsets().output(), console.offsets().errors());
  }

  @Override
  public void output(long session, int stream, long offset, ByteBuffer data) {
    if (proxy.output(session, offset, data) || sessions.output(session, stream, offset, data)) {
      return;
    }
    if (session != WORKLOAD) {
      return;
    }
    try {
      long end = console.append(stream, offset, data);
      agent().acknowledge(session, stream, end);
    } catch (IOException failed) {
      log.warn("output of a machine cannot be written to its console", failed);
    }
  }

  @Override
  public void inputTaken(long session, long accepted, long limit, boolean closed) {
    if (!proxy.inputTaken(session, limit, closed)) {
      sessions.inputTaken(session, accepted, limit, closed);
    }
  }

  @Override
  public void exited(long session, Records report) {
    if (session != WORKLOAD) {
      if (!proxy.exited(session)) {
        sessions.exited(session, report);
      }
    } else if (!report.find("restarting").orElse("0").equals("1")) {
      workloadEnd.complete(report);
    }
  }

  @Override
  public void phase(Records state) {
    if (!state.find(PHASE).orElse(TEMPLATE).equals(TEMPLATE)) {
      settled.complete(state);
    }
  }

  @Override
  public void opened(long connection, Records about) {
    proxy.opened(connection, about);
  }

  @Override
  public void closed(long connection, long offset) {
    proxy.closed(connection, offset);
  }

  @Override
  public void lost() {
    settled.completeExceptionally(new GuestException("gone", "the guest is gone"));
    proxy.close();
    sessions.lost();
  }

  /// The guest goes on.
  @Override
  public void close() {
    agent().close();
    proxy.close();
    try {
      console.close();
    } catch (IOException failed) {
      log.warn("a console cannot be closed", failed);
    }
  }
}
