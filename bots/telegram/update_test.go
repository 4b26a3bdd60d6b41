package telegram

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/go-telegram/bot/models"

	"github.com/mecc-oxfordshire/signpost/bots"
	"github.com/mecc-oxfordshire/signpost/bots/telegram/telegramtest"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// introduced is an adapter that knows who it is and is connected to nothing.
func introduced() *Adapter {
	a := &Adapter{}
	a.me.Store(&models.User{ID: telegramtest.BotID, Username: telegramtest.Username})
	return a
}

func private(fields string) string {
	return `{"update_id":9,"message":{"message_id":3,"date":1700000000,"chat":{"id":501,"type":"private"},"from":{"id":501},` + fields + `}}`
}

func TestRead(t *testing.T) {
	const id = "tg:9:3:1700000000:0"
	for name, tc := range map[string]struct {
		raw  string
		want conversation.Message
	}{
		"text":             {private(`"text":"can't sleep"`), conversation.Message{ID: id, Text: "can't sleep"}},
		"command":          {private(`"text":"/menu"`), conversation.Message{ID: id, Choice: ".menu"}},
		"command in caps":  {private(`"text":"/Menu"`), conversation.Message{ID: id, Choice: ".menu"}},
		"with words":       {private(`"text":"/find  food bank\nbarton "`), conversation.Message{ID: id, Choice: ".find", Text: "food bank\nbarton"}},
		"to us":            {private(`"text":"/prompt@Signpost_Test_Bot alcohol"`), conversation.Message{ID: id, Choice: ".prompt", Text: "alcohol"}},
		"to another bot":   {private(`"text":"/find@other_bot x"`), conversation.Message{ID: id, Text: "/find@other_bot x"}},
		"unknown command":  {private(`"text":"/weather today"`), conversation.Message{ID: id, Text: "/weather today"}},
		"no command":       {private(`"text":"/"`), conversation.Message{ID: id, Text: "/"}},
		"role":             {private(`"text":"/role"`), conversation.Message{ID: id, Choice: ".ask:role"}},
		"start":            {private(`"text":"/start"`), conversation.Message{ID: id, Choice: ".start"}},
		"deep link":        {private(`"text":"/start staff-fire"`), conversation.Message{ID: id, Choice: ".start:staff-fire"}},
		"no deep link":     {private(`"text":"/start I want to talk"`), conversation.Message{ID: id, Choice: ".start", Text: "I want to talk"}},
		"words kept":       {private(`"text":"/menu I feel bad"`), conversation.Message{ID: id, Choice: ".menu", Text: "I feel bad"}},
		"voice":            {private(`"voice":{"file_id":"x"}`), conversation.Message{ID: id, Other: "voice"}},
		"round video":      {private(`"video_note":{}`), conversation.Message{ID: id, Other: "voice"}},
		"photo":            {private(`"photo":[{}]`), conversation.Message{ID: id, Other: "photo"}},
		"caption":          {private(`"photo":[{}],"caption":"our letter"`), conversation.Message{ID: id, Text: "our letter"}},
		"sticker":          {private(`"sticker":{}`), conversation.Message{ID: id, Other: "sticker"}},
		"animation":        {private(`"animation":{},"document":{}`), conversation.Message{ID: id, Other: "video"}},
		"file":             {private(`"document":{}`), conversation.Message{ID: id, Other: "file"}},
		"contact":          {private(`"contact":{}`), conversation.Message{ID: id, Other: "contact"}},
		"poll":             {private(`"poll":{}`), conversation.Message{ID: id, Other: "poll"}},
		"dice":             {private(`"dice":{}`), conversation.Message{ID: id, Other: "other"}},
		"null photo":       {private(`"photo":null`), conversation.Message{ID: id, Other: "other"}},
		"place":            {private(`"location":{"latitude":51.75,"longitude":-1.2}`), conversation.Message{ID: id, Other: "location", Lat: 51.75, Long: -1.2}},
		"pinned":           {private(`"pinned_message":{}`), conversation.Message{}},
		"our own card":     {private(`"text":"x","via_bot":{"id":7000000001}`), conversation.Message{}},
		"another's card":   {private(`"text":"x","via_bot":{"id":5}`), conversation.Message{ID: id, Text: "x"}},
		"channel":          {strings.Replace(private(`"text":"x"`), "private", "channel", 1), conversation.Message{}},
		"no type of chat":  {strings.Replace(private(`"text":"x"`), `,"type":"private"`, "", 1), conversation.Message{ID: id, Text: "x"}},
		"press in a group": {`{"update_id":9,"callback_query":{"id":"77","from":{"id":5},"data":".menu","message":{"message_id":3,"chat":{"id":-501,"type":"group"}}}}`, conversation.Message{ID: "tg:9:press:77", Choice: ".menu", Public: true}},
		"channel post":     {`{"update_id":9,"channel_post":{"text":"x"}}`, conversation.Message{}},
		"blocked":          {`{"update_id":9,"my_chat_member":{"chat":{"id":501,"type":"private"},"new_chat_member":{"status":"kicked"}}}`, conversation.Message{}},
		"edited":           {strings.Replace(private(`"text":"x","edit_date":1700000005`), `"message"`, `"edited_message"`, 1), conversation.Message{ID: "tg:9:3:1700000000:1700000005", Text: "x", Other: "edited"}},
		"place that moves": {strings.Replace(private(`"location":{}`), `"message"`, `"edited_message"`, 1), conversation.Message{}},
		"press":            {`{"update_id":9,"callback_query":{"id":"77","from":{"id":501},"data":"r:smoking:start:yes"}}`, conversation.Message{ID: "tg:9:press:77", Choice: "r:smoking:start:yes"}},
		"press of a card":  {`{"update_id":9,"callback_query":{"id":"77","from":{"id":501},"data":"!.on"}}`, conversation.Message{ID: "tg:9:press:77", Choice: ".on"}},
		"empty press":      {`{"update_id":9,"callback_query":{"id":"77","from":{"id":501}}}`, conversation.Message{ID: "tg:9:press:77", Choice: "."}},
	} {
		in, err := introduced().read([]byte(tc.raw))
		var got bots.Message
		if in.message != nil {
			got = *in.message
		}
		if err != nil || in.id != 9 || !reflect.DeepEqual(got.Message, tc.want) {
			t.Errorf("%s: %+v, %v, want %+v", name, got.Message, err, tc.want)
		}
		from, chat := "501", `"c":501`
		if got.Public {
			from, chat = "-501:5", `"c":-501`
		}
		if in.message != nil && (got.From != from || !strings.Contains(string(got.To), chat)) {
			t.Errorf("%s: from %q to %s", name, got.From, got.To)
		}
	}
}

func TestPressedMessage(t *testing.T) {
	raw := `{"update_id":9,"callback_query":{"id":"77","from":{"id":501},"data":"b","message":{"message_id":3,"date":%d,
		"chat":{"id":501,"type":"private"},"text":"Which?","entities":[{"type":"bold","offset":0,"length":2},{"type":"url","offset":0,"length":1}],
		"reply_markup":{"inline_keyboard":[[{"text":"A","callback_data":"a"},{"text":"B","callback_data":"b"}],[{"text":"C","copy_text":{"text":"c"}}]]}}}}`
	var at address
	read := func(date int) {
		t.Helper()
		in, err := introduced().read(fmt.Appendf(nil, raw, date))
		if err != nil {
			t.Fatal(err)
		}
		at = address{}
		if err := json.Unmarshal(in.message.To, &at); err != nil {
			t.Fatal(err)
		}
	}
	read(1700000000)
	if old := at.Old; at.Query != "77" || old == nil || old.ID != 3 || old.Text != "Which?" || old.Label != "B" || len(old.Entities) != 1 || len(old.Keep) != 1 {
		t.Errorf("address %+v, %+v", at, at.Old)
	}
	read(0) // too old to be shown
	if at.Old == nil || at.Old.Text != "" {
		t.Errorf("address of a message not shown: %+v", at.Old)
	}
}

func TestGroupUpdateBeforeWeKnowOurName(t *testing.T) {
	raw := strings.Replace(private(`"text":"x"`), `"private"`, `"group"`, 1)
	if _, err := new(Adapter).read([]byte(raw)); err != errNotIntroduced {
		t.Errorf("error %v", err)
	}
}

func TestLink(t *testing.T) {
	for _, tc := range [][3]string{
		{"signpost_bot", "smoking", "https://t.me/signpost_bot?start=smoking"},
		{"signpost_bot", "find-food-support-barton", "https://t.me/signpost_bot?start=find-food-support-barton"},
		{"signpost_bot", "", "https://t.me/signpost_bot"},
		{"signpost_bot", "food bank", ""},
		{"signpost_bot", strings.Repeat("x", 65), ""},
		{"sign/post", "smoking", ""},
		{"", "smoking", ""},
	} {
		link, err := Link(tc[0], tc[1])
		if link != tc[2] || (err == nil) != (tc[2] != "") {
			t.Errorf("Link(%q, %q) = %q, %v", tc[0], tc[1], link, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(private(`"text":"/find@x food"`))
	f.Add(private(`"text":"ü /start","entities":[{"type":"bot_command","offset":2,"length":-6}]`))
	f.Add(private(`"paid_media":{"paid_media":[{"type":"live_photo"}]}`))
	f.Add(`{"update_id":1,"callback_query":{"id":"1","data":"!","message":{"date":0}}}`)
	f.Add(`{"update_id":1,"callback_query":{"id":"1","message":{"chat":{"id":-1,"type":"group"},"reply_markup":{"inline_keyboard":[[{}],null]}}}}`)
	f.Add(`{"update_id":-1}`)
	f.Fuzz(func(t *testing.T, raw string) {
		in, err := introduced().read([]byte(raw))
		if in.message == nil {
			return
		}
		if err != nil || in.id <= 0 || in.message.ID == "" || in.message.From == "" {
			t.Errorf("%+v, %v", in, err)
		}
		if in.message.Text == "" && in.message.Choice == "" && in.message.Other == "" && !in.message.Public {
			t.Errorf("a message that says nothing: %+v", in.message)
		}
		var at address
		if err := json.Unmarshal(in.message.To, &at); err != nil {
			t.Errorf("address %s: %v", in.message.To, err)
		}
	})
}
