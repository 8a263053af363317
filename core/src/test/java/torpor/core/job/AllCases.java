package torpor.core.job;

import java.util.List;

/// Every sample job with every sample event, decided under every sample of facts that such an event
/// may look at.
final class AllCases {
  private AllCases() {}

  interface Case {
    void decided(Job job, JobEvent event, JobFacts facts, Decision decision);
  }

  /// @return how many there were
  static int forEach(Case each) {
    int cases = 0;
    List<JobEvent> events = Samples.events();
    for (Job job : Samples.jobs()) {
      for (JobEvent event : events) {
        for (JobFacts world : Samples.factsFor(event)) {
          each.decided(job, event, world, JobRules.decide(job, event, world));
          cases++;
        }
      }
    }
    return cases;
  }
}
