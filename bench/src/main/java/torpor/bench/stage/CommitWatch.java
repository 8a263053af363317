package torpor.bench.stage;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import torpor.engine.store.CommitOutcome;
import torpor.engine.store.JobStore;
import torpor.engine.store.Transition;

/// Sees every transition the moment it is durable, before the engine is told.
public final class CommitWatch {
  private CommitWatch() {}

  /// @param durable called on the store's writer, so it must be quick
  public static JobStore around(JobStore store, Consumer<Transition> durable) {
    return (JobStore)
        Proxy.newProxyInstance(
            CommitWatch.class.getClassLoader(),
            new Class<?>[] {JobStore.class},
            (_, method, arguments) -> {
              if (method.getName().equals("commit")) {
                return commit(store, (Transition) arguments[0], durable);
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static CompletionStage<CommitOutcome> commit(
      JobStore store, Transition transition, Consumer<Transition> durable) {
    return store
        .commit(transition)
        .thenApply(outcome -> {
          if (outcome instanceof CommitOutcome.Committed) {
            durable.accept(transition);
          }
          return outcome;
        });
  }
}
