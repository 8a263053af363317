package torpor.testkit.sim;

import java.time.Duration;

/// How likely what goes wrong is, from 0 to 1 per occasion.
///
/// @param crash the daemon dies, per step of an effect or a commit
/// @param takeOver a second daemon takes the node over where the first would have died
/// @param storeBefore the store fails before it has done what it was asked for
/// @param storeAfter a commit is durable and its answer lost
/// @param disk a file operation fails
/// @param start a machine does not start, or is not restored
/// @param death a machine dies of something of its own, some time in its life
/// @param snapshot a snapshot is not taken; the machine may not survive the attempt
/// @param network a call, or its answer, is lost between a program and the daemon
/// @param duplicates an event or call comes a second time, later
/// @param slowest how long one step takes at most
/// @param stall one step takes far longer than that
/// @param isolation the daemon is cut off from its store, per step of an effect or a commit
record Trouble(
    double crash,
    double takeOver,
    double storeBefore,
    double storeAfter,
    double disk,
    double start,
    double death,
    double snapshot,
    double network,
    double duplicates,
    Duration slowest,
    double stall,
    double isolation) {
  static final Trouble NONE =
      new Trouble(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Duration.ofMillis(20), 0, 0);
}
