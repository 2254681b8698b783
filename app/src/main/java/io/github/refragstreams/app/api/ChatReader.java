package io.github.refragstreams.app.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.refragstreams.app.api.AskRequest.AnswerOptions;
import io.github.refragstreams.app.api.AskRequest.GivenTurn;
import io.github.refragstreams.app.api.ChatRequest.Message;
import io.github.refragstreams.app.http.HttpProblem;
import io.github.refragstreams.topology.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a chat as a question with the turns before it: the last message is the question; an
 * assistant's message answers the user's message before it. Instructions (roles {@code system} and
 * {@code developer}) are left out: prompts follow the bundle's own form, which has no place for
 * them.
 */
final class ChatReader {
  private static final Set<String> INSTRUCTIONS = Set.of("system", "developer");

  private ChatReader() {}

  /**
   * @param limits what the topology takes of the turns before the question
   * @throws HttpProblem naming what cannot be done
   */
  static AskRequest read(ChatRequest chat, Limits limits) {
    refuseUnsupported(chat);
    List<GivenTurn> history = new ArrayList<>();
    String question = null;
    List<Message> messages = chat.messages() == null ? List.of() : chat.messages();
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      String field = "messages[" + i + "]";
      String role = message.role() == null ? "" : message.role();
      if (role.equals("user")) {
        // Several messages in a row are one.
        String text = text(field, message.content());
        question = question == null ? text : question + "\n" + text;
      } else if (role.equals("assistant")) {
        String answer = text(field, message.content());
        if (question != null && !answer.isBlank()) {
          history.add(new GivenTurn(question, answer));
        }
        question = null;
      } else if (!INSTRUCTIONS.contains(role)) {
        throw HttpProblem.invalid(
            field + ".role",
            "'" + field + ".role' is '" + role + "'; expected user, assistant or system");
      }
    }
    if (question == null) {
      throw HttpProblem.invalid("messages", "the last of 'messages' is not the user's");
    }
    return new AskRequest(
        question,
        null,
        latest(history, limits),
        chat.passages(),
        chat.retrieve(),
        null,
        options(chat));
  }

  /** The last turns that are within the limits: a chat is sent whole each time, however long. */
  private static List<GivenTurn> latest(List<GivenTurn> turns, Limits limits) {
    int first = turns.size();
    int left = limits.historyChars();
    while (first > 0 && turns.size() - first < limits.historyTurns()) {
      left -= turns.get(first - 1).chars();
      if (left < 0) {
        break;
      }
      first--;
    }
    return turns.subList(first, turns.size());
  }

  private static AnswerOptions options(ChatRequest chat) {
    AnswerOptions given = chat.options() == null ? AnswerOptions.DEFAULTS : chat.options();
    Integer most =
        chat.maxCompletionTokens() == null ? chat.maxTokens() : chat.maxCompletionTokens();
    return new AnswerOptions(
        most == null ? given.maxAnswerTokens() : most,
        given.expandFraction(),
        given.maxPositions(),
        given.chunkTokens(),
        given.mode(),
        given.explain());
  }

  private static void refuseUnsupported(ChatRequest chat) {
    if (chat.n() != null && chat.n() != 1) {
      throw HttpProblem.invalid("n", "'n' is " + chat.n() + "; this server gives one answer");
    }
    refuse("tools", isFilled(chat.tools()));
    refuse("functions", isFilled(chat.functions()));
    JsonNode format = chat.responseFormat();
    refuse("response_format", format != null && !isText(format));
  }

  private static boolean isText(JsonNode format) {
    return format.isNull() || format.path("type").asText().equals("text");
  }

  private static boolean isFilled(@Nullable JsonNode value) {
    return value != null && !value.isNull() && !value.isEmpty();
  }

  private static void refuse(String field, boolean isGiven) {
    if (isGiven) {
      throw HttpProblem.invalid(field, "this server does not support '" + field + "'");
    }
  }

  private static String text(String field, @Nullable JsonNode content) {
    if (content == null || content.isNull()) {
      return "";
    }
    if (content.isTextual()) {
      return content.asText();
    }
    if (!content.isArray()) {
      throw HttpProblem.invalid(
          field + ".content",
          "'" + field + ".content' is " + kind(content) + "; expected a text, or a list of parts");
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode part : content) {
      if (!part.path("type").asText().equals("text") || !part.path("text").isTextual()) {
        throw HttpProblem.invalid(
            field + ".content", "this server reads text only, in '" + field + ".content' as well");
      }
      text.append(part.path("text").textValue());
    }
    return text.toString();
  }

  private static String kind(JsonNode value) {
    return "a JSON " + value.getNodeType().name().toLowerCase(Locale.ROOT);
  }
}
