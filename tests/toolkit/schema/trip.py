"""A small sound tool file, on which the tests of the parser work."""

TRIP = """\
tool: trip-report
number: "4.1"
section: monitor
kind: report
title: {en: Trip report, fr: Rapport de voyage}
purpose: {en: What one traveller did and learned.}
filled_by: The traveller
subject: traveller
mode: single
repeats: per exchange
minutes: 20
source: {en: Our own wording.}
languages: [en, fr]
choices:
  achieved:
    - {name: fully, label: {en: Fully}, score: 2}
    - {name: no, label: {en: Not achieved}, score: 0}
form:
  - group: visit
    label: {en: The visit}
    side: host
    items:
      - {id: f_from, name: from, type: date, required: true, label: {en: First day}}
      - {id: f_to, name: to, type: date, constraint: ". >= ${from}", label: {en: Last day}}
      - repeat: people
        id: r_people
        label: {en: People met}
        items:
          - {id: f_person, name: person, type: text, label: {en: Name}, side: resource}
          - {id: f_post, name: post, type: text, label: {en: Post}}
  - repeat: objectives
    id: r_objectives
    label: {en: Objectives}
    min: 1
    max: 20
    totals: [cost]
    rows:
      - {_row: first1, objective: To learn, cost: {amount: "5", currency: EUR}}
    items:
      - {id: f_obj, name: objective, type: text, label: {en: Objective}}
      - {id: f_cost, name: cost, type: money, currency: EUR, label: {en: Cost}}
      - {id: f_ach, name: achieved, type: select_one achieved, label: {en: Achieved}}
  - {id: c_full, name: n_fully, type: calculate, label: {en: Achieved},
     calculation: "count-if(${objectives}, ${achieved} = 'fully')"}
  - {id: n_thanks, name: thanks, type: note, relevant: "${n_fully} > 0", label: {en: Well done.}}
"""
