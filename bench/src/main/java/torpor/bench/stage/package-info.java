/// What benchmarks run on: directories, a PostgreSQL server, and an engine whose machines do
/// nothing.
///
/// ```
/// Workbench ──> Scale         how long, how many
///           ──> directory     on the disk that is measured, gone afterwards
///           ──> Postgresql    started by the first who asks, fsync on
/// EngineNode = store + engine + NoopRuntime + NoDirectories
/// ```
///
/// Invariant: the machines are free, everything that is durable is real.
@NullMarked
package torpor.bench.stage;

import org.jspecify.annotations.NullMarked;
