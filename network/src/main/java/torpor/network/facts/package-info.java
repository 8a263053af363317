/// What the host's files say about its network: routes, resolvers, connections. Text in, values
/// out.
@NullMarked
package torpor.network.facts;

import org.jspecify.annotations.NullMarked;
