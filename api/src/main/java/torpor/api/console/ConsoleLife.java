package torpor.api.console;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/// The life of what writes a console.
public interface ConsoleLife {

  /// Whether nothing can follow what has been written.
  boolean hasEnded();

  /// Completes with true when something has happened to it, with false after `patience`. Asked
  /// again only when it has completed.
  CompletionStage<Boolean> news(Duration patience);
}
