/// `cp` against a fake machine, and what a hostile one may send.
@NullMarked
package torpor.cli.copy;

import org.jspecify.annotations.NullMarked;
