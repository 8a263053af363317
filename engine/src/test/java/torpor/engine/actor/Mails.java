package torpor.engine.actor;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import torpor.core.job.JobEvent;
import torpor.engine.fake.ManualTime;

/// Mail that can be told apart.
final class Mails {
  private Mails() {}

  static Mail mail(String name) {
    return new Mail(
        new JobEvent.CancelAsked(name),
        Optional.empty(),
        Optional.empty(),
        ManualTime.START,
        new CompletableFuture<>());
  }

  static String name(Mail mail) {
    return mail.event() instanceof JobEvent.CancelAsked(String by) ? by : "";
  }
}
