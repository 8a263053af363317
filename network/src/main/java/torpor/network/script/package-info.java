/// What is run on the host, as shell scripts: text that a person could run by hand. Pure.
///
/// One script is one process for the daemon to start; inside, `ip`, `nft` and `tc` are given whole
/// batches. Every value in a script is a number, an address or a name made of those, so there is
/// nothing to quote.
///
/// A script that is killed in the middle leaves a half. The label of the host's end of the wire is
/// written last, and tells a half from a whole.
@NullMarked
package torpor.network.script;

import org.jspecify.annotations.NullMarked;
