/// How long nobody is served after `kill -9`.
///
/// ```
/// NodeProcess    JVM start, open the store, recover 10,000 jobs, print "ready"    (subject)
/// ScanProcess    JVM start, open the file, read the same 10,000 rows, "ready"     (floor)
/// ```
///
/// Invariant: the subject was killed in the middle of its work before each measurement.
@NullMarked
package torpor.bench.recovery;

import org.jspecify.annotations.NullMarked;
