/// How answers and progress look: tables, JSON, times people can read, and a line of progress that
/// is drawn over on a terminal and printed anew elsewhere.
@NullMarked
package torpor.cli.output;

import org.jspecify.annotations.NullMarked;
