package torpor.runtime.process.tree;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import torpor.host.process.ExitWatch;
import torpor.host.process.ProcessIdentity;
import torpor.host.process.ProcessStat;
import torpor.host.process.Signal;

/// Ends whole machines: the group, the session, and what has wandered off. Thread-safe; the methods
/// wait, always with a deadline, and are meant for virtual threads.
public final class ProcessTrees {
  private static final Duration CENSUS_PATIENCE = Duration.ofSeconds(30);
  private static final Duration KILL_PATIENCE = Duration.ofSeconds(10);
  private static final int ROUNDS = 5;

  private final Census census;
  private final ExitWatch exits;

  public ProcessTrees(Census census, ExitWatch exits) {
    this.census = census;
    this.exits = exits;
  }

  /// The marks, as far as wanted, that living processes carry.
  public Set<InstanceMark> alive(Predicate<InstanceMark> wanted)
      throws IOException, InterruptedException {
    return take().stream()
        .flatMap(process -> process.mark().stream())
        .filter(wanted)
        .collect(Collectors.toUnmodifiableSet());
  }

  /// Ends every process of the machines whose mark is wanted: asks them to end, and after `grace`
  /// makes them. Returns when none is left.
  ///
  /// @throws IOException where some could not be ended
  public void end(Predicate<InstanceMark> wanted, Duration grace)
      throws IOException, InterruptedException {
    List<ProcessStat> left = Members.of(take(), wanted);
    if (!left.isEmpty() && grace.isPositive()) {
      send(left, Signal.TERM);
      send(left, Signal.CONT); // a stopped one cannot hear
      await(left, grace);
      left = Members.of(take(), wanted);
    }
    for (int round = 0; round < ROUNDS && !left.isEmpty(); round++) {
      send(left, Signal.KILL);
      await(left, KILL_PATIENCE);
      left = Members.of(take(), wanted);
    }
    if (!left.isEmpty()) {
      throw new IOException(
          "these processes did not end when killed: "
              + left.stream().map(stat -> Long.toString(stat.pid())).toList());
    }
  }

  /// Groups first, at once, so that none of their members can fork out of it.
  private static void send(List<ProcessStat> processes, Signal signal) {
    Set<Long> groups =
        processes.stream()
            .filter(ProcessStat::leadsItsGroup)
            .map(ProcessStat::group)
            .collect(Collectors.toSet());
    for (ProcessStat process : processes) {
      if (process.leadsItsGroup()) {
        process.identity().sendToGroup(signal);
      }
    }
    for (ProcessStat process : processes) {
      if (!groups.contains(process.group())) {
        process.identity().send(signal);
      }
    }
  }

  private void await(List<ProcessStat> processes, Duration patience)
      throws IOException, InterruptedException {
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    for (ProcessStat process : processes) {
      ProcessIdentity identity = process.identity();
      ends.add(exits.onExit(identity));
    }
    try {
      CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
          .get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException stillThere) {
      // The caller looks for itself what is left.
    } catch (ExecutionException impossible) {
      throw new IllegalStateException("an exit cannot fail", impossible);
    }
  }

  private List<MarkedProcess> take() throws IOException, InterruptedException {
    try {
      return census.take().get(CENSUS_PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException unreadable) {
      throw new IOException("the processes cannot be listed", unreadable.getCause());
    } catch (TimeoutException slow) {
      throw new IOException("the processes could not be listed in time", slow);
    }
  }
}
