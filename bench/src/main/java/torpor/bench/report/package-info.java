/// The report: Markdown that stands by itself.
///
/// ```
/// Section (a benchmark, its findings or why there are none) ──┐
/// Host before, Host after ────────────────────────────────────┴─> Report ──> docs/benchmarks.md
/// docs/benchmarks-explained.md: what people say about it ───────┘
/// ```
///
/// Invariant: what people wrote by hand is never written over.
@NullMarked
package torpor.bench.report;

import org.jspecify.annotations.NullMarked;
