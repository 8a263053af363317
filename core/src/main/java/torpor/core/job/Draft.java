package torpor.core.job;

import java.util.ArrayList;
import java.util.List;
import torpor.core.refusal.Refusal;
import torpor.core.snapshot.Token;

/// An accepted decision being put together. Lives for one call of [JobRules#decide].
final class Draft {
  Job job;
  private final List<Happening> happenings = new ArrayList<>();
  private final List<JobChange> changes = new ArrayList<>();
  private final List<Effect> effects = new ArrayList<>();
  private final List<Decision.Settlement> settlements = new ArrayList<>();

  Draft(Job job) {
    this.job = job;
  }

  Draft to(JobState state) {
    job = job.withState(state);
    return this;
  }

  Draft happened(String kind, String... pairs) {
    happenings.add(Happening.of(kind, pairs));
    return this;
  }

  Draft change(JobChange change) {
    changes.add(change);
    return this;
  }

  Draft effect(Effect effect) {
    effects.add(effect);
    return this;
  }

  Draft settle(Token token, Answer.Checkpointed answer) {
    settlements.add(new Decision.Settlement.Settled(token, answer));
    return this;
  }

  Draft unsettle(Token token, Refusal why) {
    settlements.add(new Decision.Settlement.Unsettled(token, why));
    return this;
  }

  Decision answer(Answer answer) {
    return new Decision.Accepted(job, happenings, changes, effects, settlements, answer);
  }

  Decision done() {
    return answer(new Answer.Done());
  }
}
