/// Tests of the command line as a user has it: arguments in, stdout, stderr and exit code out, with
/// a daemon that answers what the test wants.
@NullMarked
package torpor.cli;

import org.jspecify.annotations.NullMarked;
