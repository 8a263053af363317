package torpor.engine.actor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import torpor.core.job.Answer;
import torpor.core.job.Decision;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.Token;

/// Answers mail: at once, or where the answer is to join a checkpoint, when its token is settled.
/// Touched on the actor's turn only.
final class Joiners {
  private final Map<Token, List<Mail>> waiting = new HashMap<>();

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  void answer(Mail mail, Answer answer) {
    if (answer instanceof Answer.Joining(Token token)) {
      waiting.computeIfAbsent(token, _ -> new ArrayList<>()).add(mail);
    } else {
      mail.reply().complete(Reply.done(answer));
    }
  }

  void settle(Decision.Settlement settlement) {
    Reply<Answer> reply =
        switch (settlement) {
          case Decision.Settlement.Settled(var _, var answer) -> Reply.done(answer);
          case Decision.Settlement.Unsettled(var _, var why) -> Reply.refused(why);
        };
    Optional.ofNullable(waiting.remove(settlement.token()))
        .orElse(List.of())
        .forEach(mail -> mail.reply().complete(reply));
  }
}
