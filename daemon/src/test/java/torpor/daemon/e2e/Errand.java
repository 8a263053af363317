package torpor.daemon.e2e;

import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// What a caller does with one job, from its spawn to its end, while daemons die. It fails where
/// anything that was acknowledged is not there, or anything happened twice.
interface Errand {

  /// @param spawned told the id of every job whose spawn was acknowledged
  void run(Client client, RandomGenerator random, Consumer<String> spawned);

  default String name() {
    return getClass().getName().replaceFirst(".*\\.", "").replace('$', '.');
  }
}
