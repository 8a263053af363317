package torpor.engine.caller;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import torpor.core.machine.ExitStatus;
import torpor.engine.caller.InstanceSessions.Output;
import torpor.engine.caller.InstanceSessions.Source;
import torpor.engine.caller.InstanceSessions.WindowSize;

/// A program that goes on when whoever speaks to it goes away, and waits to be taken up again. What
/// it writes is kept inside the machine until it was acknowledged, 64 KiB of each stream, and then
/// it is held up: nothing is lost. Thread-safe.
public interface KeptSession {

  /// Where each stream stands, in bytes from its beginning.
  ///
  /// @param input the machine has it up to here; what follows is to be sent
  /// @param inputLimit no more may be sent than up to here
  /// @param output where what comes of standard output begins
  /// @param errors the same of standard error
  record Marks(long input, long inputLimit, long output, long errors) {}

  /// Why nothing more comes.
  sealed interface End {
    /// The program has ended.
    ///
    /// @param problem why there was nothing to run
    record Exited(ExitStatus status, Optional<String> problem) implements End {}

    /// It was left, or its machine is frozen or gone.
    record Detached(String why) implements End {}

    /// Another caller has taken it up.
    record Replaced() implements End {}
  }

  /// Whoever speaks to the program.
  interface Caller extends Output {
    /// May be called at any time; must not wait.
    ///
    /// @param upTo the machine has the input up to here
    /// @param limit up to where more may be sent now
    /// @param unread the program reads no more: what else is sent is dropped
    void inputTaken(long upTo, long limit, boolean unread);
  }

  /// Where it was taken up.
  Marks marks();

  /// Completes when the bytes were taken; returns at once where they are within the limit.
  ///
  /// @param bytes not to be changed until then
  CompletionStage<Void> input(ByteBuffer bytes);

  /// The program reads the end. To say it again after it was taken up again does no harm.
  CompletionStage<Void> endInput();

  CompletionStage<Void> resize(WindowSize size);

  /// @param number as in signal(7)
  CompletionStage<Void> signal(int number);

  /// The caller has a stream up to here, for good.
  ///
  /// @return whether so much was ever sent
  boolean acknowledge(Source source, long upTo);

  /// Completes when all that came was written and nothing more will.
  CompletionStage<End> ended();

  /// Leaves it to whoever takes it up next. One that nobody takes up for ten minutes goes on
  /// unheard.
  void leave();

  /// Ends the program where it still runs, and forgets it.
  void end();
}
