package torpor.testkit.sim;

import torpor.engine.Engine;
import torpor.engine.guest.GuestCalls;

/// One run of the daemon's process.
final class Daemon {
  private final Stage stage;
  private final Engine engine;
  private boolean open;

  Daemon(Stage stage, Engine engine) {
    this.stage = stage;
    this.engine = engine;
  }

  Stage stage() {
    return stage;
  }

  Life life() {
    return stage.life();
  }

  Engine engine() {
    return engine;
  }

  GuestCalls guests() {
    return engine.guests();
  }

  /// Whether it has recovered and takes requests.
  boolean open() {
    return open && life().alive();
  }

  void opened() {
    open = true;
  }
}
