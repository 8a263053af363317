package torpor.api.http;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import torpor.wire.ProblemDetails;
import torpor.wire.WireJson;

/// Problem documents for what Jetty refuses by itself, before a route is looked for: a request that
/// is no HTTP, headers too large, an address too long.
public final class ErrorPages extends ErrorHandler {

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String path =
        request.getHttpURI() == null ? "" : String.valueOf(request.getHttpURI().getPath());
    ProblemDetails problem = Problems.ofStatus(response.getStatus(), request.getMethod(), path);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, ProblemDetails.MEDIA_TYPE);
    Content.Sink.write(response, true, WireJson.write(problem), callback);
    return true;
  }
}
