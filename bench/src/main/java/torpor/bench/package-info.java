/// Benchmarks. Each compares Torpor with a *floor*: the least that anybody could do to get the same
/// durable result on the same disk, in the same process, at the same time.
///
/// ```
/// Main ── picks ──> Benchmark ── runs on ──> Workbench (directories, PostgreSQL, scale)
///   │                   │
///   │                   └── measures with ──> measure (ABBA pairs, spreads, bars)
///   └── writes ──> report (Markdown)
/// ```
///
/// Invariant: no figure without its floor or its bar, and no ratio from two runs.
@NullMarked
package torpor.bench;

import org.jspecify.annotations.NullMarked;
