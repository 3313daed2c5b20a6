package main

import (
	"context"
	"strings"

	"github.com/inferwire/inferwire/client/go/inferwire"
	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

type turn struct {
	Say        string `json:"say"`
	AudioBytes int    `json:"audio_bytes"`
}

func (t turn) send(session *inferwire.RealtimeSession) error {
	if t.Say != "" {
		return session.Say(t.Say)
	}
	for sent := 0; sent < t.AudioBytes; sent += 4800 {
		if err := session.SendAudio(make([]byte, 4800)); err != nil {
			return err
		}
	}
	if err := session.SendJSON(`{"type":"input_audio_buffer.commit"}`); err != nil {
		return err
	}
	return session.SendJSON(`{"type":"response.create"}`)
}

func session(ctx context.Context, client *inferwire.Client, t *task) (seen, error) {
	talk, err := client.Realtime(ctx, parse(t.Request, &inferwirev1.RealtimeStart{}))
	if err != nil {
		return seen{"error": seenError(err)}, nil
	}
	defer talk.Close()
	turns := t.Turns
	// What a session that is over says to a sender, its loop says better.
	sendTurn := func() {
		if len(turns) == 0 {
			_ = talk.End()
			return
		}
		_ = turns[0].send(talk)
		turns = turns[1:]
	}
	sendTurn()
	var text strings.Builder
	events, done, audio := 0, 0, 0
	out := seen{"completed": nil}
	for event, err := range talk.Events() {
		if err != nil {
			out["error"] = seenError(err)
			break
		}
		events++
		text.WriteString(event.Text())
		audio += len(event.Audio())
		if event.Type() == "response.done" {
			done++
			sendTurn()
		}
		if events == t.LeaveAfter {
			break
		}
	}
	if completed := talk.Completed(); completed != nil {
		out["completed"] = inJSON(completed)
	}
	out["events"], out["turns"], out["text"], out["audio_bytes"] = events, done, text.String(), audio
	return out, nil
}
