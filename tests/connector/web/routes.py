"""What every route shows or does, in one table. A new route gets its row here.

A page is shown to those who may read a matter (`people/reading.py`) or do an act
(`people/access.py`), or to everybody. Where the matter depends on the thing, there is a
row for each kind of thing. A form does one act, or none where it changes nothing but
the visitor's own cookie. The addresses are of the town in `story.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from workflows.people.reading import Matter

M = Matter
EVERYBODY = None
NOT_THERE = 404
TALK = "/drofting/D-2"
TREATMENT = "/behandlinger/C01-T2/utfall"
CORRECTED = "/behandlinger/C01-T2/retting"
CASE_TEXT = "/saker/C01/saksframlegg"
SUMMARY = "/horinger/H-1/oppsummering"
ATTRIBUTED = "/horinger/H-1/svar/1/instans"
UNLINKED = "/personopplysninger/P16/konto/fjern"
RESTRICTS = "person.restricted"
SUMMARISES = "hearing.summarised"
UNSIGNED = "/dokumenter/PR1-A@2.0"
MANDATE = "/dokumenter/PR1-M@1.0"
NOTE = "00000000-0000-0000-0000-000000000007"


@dataclass(frozen=True)
class Shown:
    """A page, an address of it, and to whom; others are answered `otherwise`."""

    endpoint: str
    path: str
    to: Matter | str | None
    otherwise: int = 403


@dataclass(frozen=True)
class Done:
    """A form, an address of it, and the act that it does."""

    endpoint: str
    path: str
    act: str | None
    by_anybody: bool = False

    @property
    def guard(self) -> str:
        """What the door of the form says of itself."""
        return f"acts {self.act}" if self.act else "open to all"


# Pages that need more than an address, with tests of their own.
ELSEWHERE = frozenset(
    {
        "from_word.file",  # a file that was worked in
        "hearings.receipt",  # the secret of an answer
        "guests.guest",  # the secret of a link
        "calendar.feed",  # the secret of a calendar
        "personal_data.mine_as_data",  # who wears no hat has nothing
        "archive.package_file",  # a package that was made
    }
)
# What is sent by another service, which has no page of ours, with tests of its own.
SENT_TO = frozenset({"notifications.changed", "notifications.lifecycle"})
SHOWN = (
    Shown("overview.front", "/", EVERYBODY),
    Shown("choice.people", "/hvem", EVERYBODY),
    Shown("health.healthz", "/healthz", EVERYBODY),
    Shown("openapi.spec", "/openapi.json", EVERYBODY),
    Shown("static", "/static/samspor.css", EVERYBODY),
    # the development line
    Shown("projects.listing", "/prosjekter", EVERYBODY),
    Shown("projects.project", "/prosjekter/PR1", M.PROJECT),
    Shown("projects.project", "/prosjekter/PR2", M.IDEA, NOT_THERE),
    Shown("steering.idea", "/prosjekter/ny", "project.proposed"),
    Shown("steering.page", "/prosjekter/PR1/styring", "project.member_named"),
    Shown("outputs.listing", "/leveranser", EVERYBODY),
    Shown("outputs.output", "/leveranser/O-105", EVERYBODY),
    Shown("rounds.listing", "/runder", M.ROUND),
    Shown("rounds.review", "/runder/R-02", M.ROUND),
    Shown("guests.links", "/runder/R-03/gjester", "guest.invited"),
    Shown("guests.thanks", "/gjest", EVERYBODY),
    Shown("forums.listing", "/forum", M.FORUM),
    Shown("forums.forum", "/forum/E-3", M.FORUM),
    Shown("hearings.listing", "/horinger", EVERYBODY),
    Shown("hearings.hearing", "/horinger/H-1", EVERYBODY),
    Shown("hearing_plans.plan_form", "/horinger/ny", "hearing.planned"),
    Shown("hearing_intake.answers", "/horinger/H-0/svarene", M.ROUND),
    Shown("hearing_summaries.summary", SUMMARY, SUMMARISES),
    Shown("agreements.listing", "/avtaler", EVERYBODY),
    Shown("agreements.agreement", "/avtaler/PR1-A", M.AGREEMENT),
    Shown("documents.version", "/dokumenter/PR1-M@1.0", M.MANDATE, NOT_THERE),
    Shown("public_copies.page", f"{MANDATE}/offentlig-kopi", M.ARCHIVE, NOT_THERE),
    Shown("public_copies.word", f"{MANDATE}/offentlig-kopi.docx", M.ARCHIVE, NOT_THERE),
    Shown("documents.version", UNSIGNED, M.UNSIGNED_AGREEMENT, NOT_THERE),
    Shown("documents.version", "/dokumenter/O-104@0.1", M.ROUND, NOT_THERE),
    Shown("documents.version", "/dokumenter/PR1-M@1.1", M.MANDATE_DRAFT, NOT_THERE),
    Shown("consents.consents", "/dokumenter/PR1-M/samtykke", M.ROUND),
    Shown("assessments.listing", "/egenvurdering", M.PARITY),
    Shown("assessments.assessment", "/egenvurdering/SE-1", M.PARITY),
    Shown("from_word.listing", "/fra-word", "version.written"),
    Shown("party.mine", "/min-part", "room.used"),
    Shown("telling.page", "/varsling", "notices.chosen"),
    Shown("calendar.page", "/kalender", "notices.chosen"),
    Shown("rooms.room", "/min-part/rom/R-03", "room.used"),
    # templates
    Shown("templates.listing", "/maler", "template.changed"),
    Shown("templates.template", "/maler/mandate/nb", "template.changed"),
    Shown("templates.take_out", "/maler/mandate/nb/fil", "template.changed"),
    # the document library
    Shown("library.listing", "/dokumentbibliotek", "library.kept"),
    # drøfting
    Shown("consultations.listing", "/drofting", EVERYBODY),
    Shown("consultations.consultation", "/drofting/D-1", M.CONSULTATION, NOT_THERE),
    # the decision line
    Shown("cases.listing", "/saker", EVERYBODY),
    Shown("cases.case", "/saker/C01", M.CASE),
    Shown("case_texts.text", CASE_TEXT, M.CASE),
    Shown("comments.comment_form", "/saker/C01/kommentar", "comment.outcome"),
    Shown("treatments.treatment", "/behandlinger/C01-T2", M.DECISION),
    Shown("treatments.treatment_form", "/saker/C01/behandling", "case.treated"),
    Shown("protocols.protocol_form", "/saker/C01/protokoll", "case.treated"),
    Shown("corrections.correction_form", CORRECTED, "treatment.corrected"),
    Shown("import_logs.listing", "/innlesinger", "decisions.imported"),
    Shown("outcomes.outcome_form", TREATMENT, "outcome.recorded"),
    Shown("outcomes.proposal_form", f"{TREATMENT}/forslag", "outcome.proposed"),
    Shown("uses.use_form", "/saker/C01/bruk", "output.used"),
    Shown(
        "justifications.justification_form",
        "/behandlinger/C01-T2/begrunnelse",
        "decision.justified",
    ),
    Shown("followups.listing", "/oppfolging", EVERYBODY),
    Shown("followups.followup", "/oppfolging/F-01", M.FOLLOW_UP),
    # where the lines meet
    Shown("access_classes.listing", "/tilgang", M.ACCESS_CLASS),
    Shown("archive.listing", "/arkiv", M.ARCHIVE),
    Shown("archive.package", "/arkiv/PR1/pakke", M.ARCHIVE),
    Shown("background.page", "/bakgrunn", M.BACKGROUND),
    Shown("archive.plan", "/arkiv/plan.json", M.ARCHIVE),
    Shown("access_requests.listing", "/innsyn", M.ACCESS_REQUEST),
    Shown("break_glass.listing", "/nodlesing", M.BREAK_GLASS),
    Shown("verifier.page", "/kontroller", EVERYBODY),
    Shown("audits.listing", "/revisjon", M.AUDIT),
    Shown("audits.extract", "/revisjon/utdrag", "audit.looked"),
    Shown("personal_data.mine", "/om-meg", EVERYBODY),
    Shown("personal_data.listing", "/personopplysninger", "person.erased"),
    Shown("personal_data.person", "/personopplysninger/P16", "person.erased"),
    Shown("search.find", "/sok?ord=vikar", EVERYBODY),
    Shown("questions.listing", "/sporsmal", EVERYBODY),
    Shown("questions.question", "/sporsmal/parity", M.PARITY),
    Shown("coverage.page", "/dekning", M.DECISION),
    Shown("matrices.page", "/dekning/matrise", M.MISSING),
    Shown("changes.change", "/leveranser/O-102/endret/C01", M.MISSING),
    Shown("changes.impact", "/leveranser/O-102/folger", M.MISSING),
    Shown("questions.as_table", "/sporsmal/dissent.csv", M.DISSENT),
    Shown("questions.as_data", "/sporsmal/mandates.json", M.PEOPLE),
    Shown("pictures.trace", "/spor/F-01", EVERYBODY),
    Shown("pictures.table", "/spor/F-01.csv", EVERYBODY),
    Shown("history.log", "/historikk/R-02", M.ROUND, NOT_THERE),
)
DONE = (
    Done("choice.put_on", "/hatt", None),
    Done("choice.take_off", "/hatt/av", None),
    Done("tongue.choose", "/maalform", None),
    # the development line
    Done("steering.propose", "/prosjekter/ny", "project.proposed"),
    Done("steering.name", "/prosjekter/PR1/medlemmer", "project.member_named"),
    Done("steering.pause", "/prosjekter/PR1/pause", "project.paused"),
    Done("steering.resume", "/prosjekter/PR1/gjenoppta", "project.resumed"),
    Done("steering.stop", "/prosjekter/PR1/stans", "project.stopped"),
    Done("guests.invite", "/runder/R-03/gjester", "guest.invited"),
    Done("guests.opened", "/gjest/X-1/apne", "guest.opened", by_anybody=True),
    Done("guests.answer", "/gjest/X-1/svar", "round.answered", by_anybody=True),
    Done("rounds.answer", "/runder/R-03/svar", "round.answered"),
    Done("round_changes.extend", "/runder/R-03/forleng", "round.extended"),
    Done("round_changes.agree", "/runder/R-03/enighet", "round.change_agreed"),
    Done("round_changes.close", "/runder/R-03/avslutt", "round.close_asked"),
    Done("round_changes.override", "/runder/R-03/overstyr", "round.overridden"),
    Done("round_changes.receive", "/runder/R-03/mottatt", "round.received_late"),
    Done("round_remarks.differ", "/runder/R-03/avvik", "round.deviated"),
    Done("round_remarks.summarise", "/runder/R-03/oppsummer", "round.summarised"),
    Done("hearings.answer", "/horinger/H-1/svar", "hearing.answered", by_anybody=True),
    Done("hearing_plans.plan", "/horinger/ny", "hearing.planned"),
    Done("hearing_plans.start", "/horinger/H-1/apne", "hearing.opened"),
    Done("hearing_plans.cancel", "/horinger/H-1/avlys", "hearing.cancelled"),
    Done("hearing_plans.extend", "/horinger/H-1/forleng", "hearing.extended"),
    Done("hearing_summaries.summarise", SUMMARY, SUMMARISES),
    Done("hearing_intake.register", "/horinger/H-1/registrer", "hearing.answered"),
    Done("hearing_intake.attribute", ATTRIBUTED, "hearing.attributed"),
    Done("forums.hold", "/forum/E-3/mote", "forum.held"),
    Done("forums.minute", "/forum/E-3/punkt/1", "forum.minuted"),
    Done("agreements.sign_agreement", "/avtaler/PR1-A/signer", "agreement.signed"),
    Done(
        "agreements.give_notice_of",
        "/avtaler/PR1-A/oppsigelse",
        "agreement.notice_given",
    ),
    Done("consents.keep", "/dokumenter/PR1-M/samtykke/m_goals", "consent.kept"),
    Done("assessments.ask", "/egenvurdering", "assessment.opened"),
    Done("assessments.answer", "/egenvurdering/SE-2", "assessment.answered"),
    Done("from_word.hand_in", "/fra-word", "version.written"),
    Done("from_word.confirm", "/fra-word/PR1/x.docx", "version.written"),
    Done("telling.choose", "/varsling", "notices.chosen"),
    Done("calendar.choose", "/kalender", "notices.chosen"),
    Done("rooms.write", "/min-part/rom/R-03", "room.used"),
    Done("rooms.take_out", f"/min-part/rom/R-03/{NOTE}/ta-ut", "room.used"),
    # templates
    Done("templates.put_in", "/maler/mandate/nb", "template.changed"),
    Done("templates.reset", "/maler/mandate/nb/standard", "template.changed"),
    # the document library
    Done("library.again", "/dokumentbibliotek/igjen", "library.kept"),
    Done("library.share", "/dokumentbibliotek/del", "library.kept"),
    # drøfting
    Done("consultations.need", "/drofting", "consultation.needed"),
    Done("consultations.call", f"{TALK}/innkall", "consultation.called"),
    Done("consultations.hold", f"{TALK}/mote", "consultation.held"),
    Done("consultations.say_view", f"{TALK}/syn", "consultation.viewed"),
    Done("consultations.sign", f"{TALK}/signer", "consultation.signed"),
    # the decision line
    Done("case_texts.write", CASE_TEXT, "case.drafted"),
    Done("case_texts.publish", f"{CASE_TEXT}/publiser", "case.published"),
    Done("comments.comment", "/saker/C01/kommentar", "comment.outcome"),
    Done("comments.remark", "/oppfolging/F-01/merknad", "comment.followup"),
    Done("treatments.register", "/saker/C01/behandling", "case.treated"),
    Done("protocols.read", "/saker/C01/protokoll", "case.treated"),
    Done("corrections.correct", CORRECTED, "treatment.corrected"),
    Done("outcomes.propose", f"{TREATMENT}/forslag", "outcome.proposed"),
    Done("outcomes.record", TREATMENT, "outcome.recorded"),
    Done("access_classes.propose", "/tilgang/forslag", "access.proposed"),
    Done("access_classes.decide", "/tilgang/fastsett", "access.decided"),
    Done("access_requests.register", "/innsyn", "request.registered"),
    Done("access_requests.answer", "/innsyn/svar", "request.answered"),
    Done("access_requests.forget", "/innsyn/glem", "request.forgotten"),
    Done("archive.order", "/arkiv/PR1/pakke", "archive.ordered"),
    Done("background.try_again", f"/bakgrunn/{NOTE}/igjen", "job.retried"),
    Done("background.drop_it", f"/bakgrunn/{NOTE}/dropp", "job.dropped"),
    Done("audits.grant", "/revisjon", "audit.granted"),
    Done("public_copies.mask", f"{MANDATE}/offentlig-kopi/sladd", "access.masked"),
    Done("public_copies.lift", f"{MANDATE}/offentlig-kopi/opphev", "access.unmasked"),
    Done("public_copies.publish", f"{MANDATE}/offentlig-kopi/apne", "access.copied"),
    Done("personal_data.erase", "/personopplysninger/P16/slett", "person.erased"),
    Done("personal_data.restrict", "/personopplysninger/P16/sperr", RESTRICTS),
    Done("personal_data.link", "/personopplysninger/P16/konto", "account.linked"),
    Done("personal_data.unlink", UNLINKED, "account.unlinked"),
    Done("personal_data.lift", "/personopplysninger/P16/opphev", "person.released"),
    Done("break_glass.break_it", "/nodlesing", "glass.broken"),
    Done(
        "justifications.justify",
        "/behandlinger/C01-T2/begrunnelse",
        "decision.justified",
    ),
    Done("changes.say", "/leveranser/O-102/endret/C01", "link.judged"),
    Done("uses.use", "/saker/C01/bruk", "output.used"),
    Done("noting.note", "/oppfolging/F-01/notert", "followup.noted"),
    Done("noting.plan", "/oppfolging/F-01/vurdering", "review.set"),
    Done("noting.hold", "/oppfolging/F-01/vurdert", "review.held"),
    Done("followups.report", "/oppfolging/F-01", "followup.reported"),
)
