/// Torpor beside two job schedulers for the JVM, on the same PostgreSQL server.
///
/// ```
/// Contender: start on a fresh database, enqueue(n), tell when job n begins
///   TorporContender     engine and store, machines that end at once
///   DbScheduler         db-scheduler, lock-and-fetch, immediate execution
///   JobRunrServer       JobRunr, its own enqueuer and server
/// Race: (1) all jobs at once, from enqueued to all done  (2) a steady rate, enqueue to start
/// ```
///
/// Invariant: every contender is set up as its own documentation recommends for throughput.
@NullMarked
package torpor.bench.rivals;

import org.jspecify.annotations.NullMarked;
