/// What exists: typed ids, states, rules and policies, all of them values.
///
/// Nothing in here reads a clock, draws a random number, touches a disk or starts a thread; what a
/// rule needs to know of the world comes in as facts. That is what makes every rule testable in
/// full and every crash replayable.
///
/// ```
/// refusal     why something was not done, for people and programs
/// definition  what a job is made from
/// retry       whether and when a failed job goes on
/// machine     what runs a job: names, generations, exits
/// wake        what ends a sleep: wakers, signals
/// snapshot    frozen machines: numbers, tokens
/// job         the life of one durable run: states, events, decide
/// image       what machines are made from: digests, configuration
/// network     addresses and published ports
/// instance    the life of one machine, hop by hop, and which state a job's own implies; its
///             operations, volumes and schedules
/// ```
@NullMarked
package torpor.core;

import org.jspecify.annotations.NullMarked;
