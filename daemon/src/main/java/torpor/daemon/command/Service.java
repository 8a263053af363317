package torpor.daemon.command;

import torpor.daemon.config.Settings;

/// A daemon that has started, as `serve` needs it.
public interface Service extends AutoCloseable {

  /// Where it listens, for people.
  String address();

  /// Waits until it has stopped.
  void awaitStop() throws InterruptedException;

  /// Stops it in good order; done when it returns.
  @Override
  void close();

  /// How a daemon is started.
  interface Starter {

    /// @throws torpor.cli.CommandFailure where it refuses to start, with nothing left behind
    Service start(Settings settings);
  }
}
