package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.client.NoAnswerException;
import io.github.refragstreams.app.client.RefusedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.UUID;
import picocli.CommandLine;

/** Conversations at a terminal: a question a line, until the input ends. */
final class QuestionLoop {
  /** A line that begins another conversation. */
  static final String NEW_CONVERSATION = "/new";

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean json;
  private String conversation;

  /** Answers one question. */
  @FunctionalInterface
  interface Asker {
    void ask(String question, String conversation);
  }

  /**
   * @param json whether answers are for machines
   * @param conversation the one that the first question goes on or begins
   */
  QuestionLoop(CommandLine command, boolean json, String conversation) {
    this.out = command.getOut();
    this.err = command.getErr();
    this.json = json;
    this.conversation = conversation;
  }

  static String newConversation() {
    return UUID.randomUUID().toString();
  }

  /** Reads questions and has them answered; one that gets no answer is not the last. */
  void run(Asker asker) {
    BufferedReader in = StandardInput.reader();
    try {
      while (true) {
        if (StandardInput.isTyped()) {
          err.print("question> ");
          err.flush();
        }
        String line = in.readLine();
        if (line == null) {
          return;
        }
        if (line.strip().equals(NEW_CONVERSATION)) {
          conversation = newConversation();
        } else if (!line.isBlank()) {
          askOrSayWhyNot(line.strip(), asker);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void askOrSayWhyNot(String question, Asker asker) {
    try {
      asker.ask(question, conversation);
    } catch (RefusedException | NoAnswerException e) {
      if (!json) {
        // The answer's line has begun.
        out.println();
        out.flush();
      }
      new Progress(err).say(String.valueOf(e.getMessage()));
    }
  }
}
