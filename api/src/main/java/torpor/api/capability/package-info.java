/// `/capabilities`: what can be done on this host, and what cannot be done with this server yet.
///
/// Runtimes are told as their self-tests measured them. Whatever other servers of the hypeman API
/// answer and this one does not is a route of its own all the same ([UnbuiltRoutes]): 501 with the
/// reason, so that a program can tell "not here" from "not found".
@NullMarked
package torpor.api.capability;

import org.jspecify.annotations.NullMarked;
